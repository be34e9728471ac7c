"""HTML templates to PDF."""
