"""How numbers are written where Django's own formats for a language say less than people there expect."""
