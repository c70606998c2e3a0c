"""Does what is said follow from the lines it cites?"""
