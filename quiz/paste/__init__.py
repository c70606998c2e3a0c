"""A question as people copy it, taken apart."""
