"""Use cases of formation: drafts, the way through the stages, pathways."""
