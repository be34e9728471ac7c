"""The site's pages, what editors set beside them, and who approves what is proposed."""

from .looks import RegionLook, SiteTexts
from .moderation import EditorsApproval
from .pages import (
    Boundary,
    HomePage,
    InfoPage,
    LegalBasisPage,
    NoticeIndexPage,
    NoticePage,
    SitePage,
    StoryIndexPage,
    StoryPage,
    declared_posts,
    split_codes,
    validate_region_codes,
)

__all__ = [
    "Boundary",
    "EditorsApproval",
    "HomePage",
    "InfoPage",
    "LegalBasisPage",
    "NoticeIndexPage",
    "NoticePage",
    "RegionLook",
    "SitePage",
    "SiteTexts",
    "StoryIndexPage",
    "StoryPage",
    "declared_posts",
    "split_codes",
    "validate_region_codes",
]
