"""History: what customers, cards and terminals did lately, as features of a row."""
