"""How runs, outcomes and tables look as plain text; nothing here writes anywhere."""
