"""Tables that a person can read and extend: abbreviations, and English words with their Vietnamese."""
