"""One module a stage; each is run as `python -m anteroom_training.stages.<folder>.<stage> --recipe FILE`."""
