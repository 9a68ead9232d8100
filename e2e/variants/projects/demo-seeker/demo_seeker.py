FOUND: dict[str, str] = {}
