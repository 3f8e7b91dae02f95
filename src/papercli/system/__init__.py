"""What is not the same on every system: where files live, locks, who somebody is, the terminal, the pager, signals.

All that asks which system this is stands here, and what is POSIX alone is imported here only, inside the function that
needs it. On Windows the same functions answer by Windows' own means, or say that there is nothing to answer.
"""
