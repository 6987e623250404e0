"""De-identification: the 18 HIPAA identifier classes found and removed (docs/deid.md)."""
