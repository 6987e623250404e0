"""Anteroom's model pipeline: one module a stage, one recipe a model and stage."""
