"""What is not about one command, as data: `papers help TOPIC`, the manual page and the shells' menus are made of it."""

from __future__ import annotations

ENVIRONMENT = (
    ("HF_ENDPOINT", "Address of Hugging Face; default https://huggingface.co. http:// only for this machine."),
    ("HF_TOKEN", "Optional; sent to that address only."),
    ("PAPERCLI_ARXIV_ENDPOINT, PAPERCLI_ARXIV_RSS", "The addresses of arXiv's API and of its announcements."),
    ("HF_HOME", "Where Hugging Face's own tools keep their token, which is sent to huggingface.co only."),
    ("PAPERCLI_HOME", "One folder for everything: config, data, cache and state below it."),
    ("PAPERCLI_OFFLINE", "1: ask no server, as --offline."),
    (
        "PAPERCLI_SECTION_KEY",
        "Any setting: PAPERCLI_LISTING_SORT for listing.sort. It beats the file, a flag beats it.",
    ),
    ("PAPERCLI_SOURCES", "What the setting sources is, with commas: hf,arxiv:cs.CL."),
    ("PAPERCLI_MAIL_PASSWORD", "The password for papers digest --send; it beats mail.password_command."),
    ("PAPERCLI_PAGER, PAGER", "What pages long output; cat or nothing switches paging off."),
    ("BROWSER", "What opens pages: programs with colons between, %s for the address."),
    ("VISUAL, EDITOR", "What edits the settings and the topics."),
    ("NO_COLOR, CLICOLOR, CLICOLOR_FORCE, FORCE_COLOR", "Never colour, or always. --color beats them."),
    ("COLORFGBG", "Whether the terminal is dark or light."),
    ("ACCESSIBLE", "1: no colour, signs or links, as --plain."),
    ("COLUMNS, LINES, TERM", "Size and kind of terminal, as everywhere."),
    ("HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY, SSL_CERT_FILE", "The way to the network, and whom to trust on it."),
    ("PAPERCLI_DEBUG", "1: a failure shows where in the program it happened."),
)
"""Names, and what they do."""

FILES = (
    ("config", "~/.config/papercli", "config.toml and topics.toml, by hand or by papers config, follow and mute"),
    ("data", "~/.local/share/papercli", "library.db: papers, listings and your marks; the only file worth a backup"),
    ("cache", "~/.cache/papercli", "what servers answered; may be deleted at any time"),
    ("state", "~/.local/state/papercli", "the last lists, when a server may be asked again, the crash log"),
)
"""Kind of folder, where it is on Linux, what is in it."""

EXIT_CODES = (
    ("0", "done; an empty list too"),
    ("1", "a bug: one line, and where the crash log is"),
    ("2", "the words typed or a setting make no sense"),
    ("3", "a paper asked for by id does not exist, or not what was asked of it; the others are printed"),
    ("4", "the token was refused, or one is needed"),
    ("5", "rate limited, and nothing is kept"),
    ("6", "no network, or an answer that is no data, and nothing is kept"),
    ("7", "the library cannot be read or written, for a command that must"),
    ("8", "some pages or sources are missing from what was printed"),
    ("74", "the output cannot be written"),
    ("130", "interrupted with Ctrl-C"),
    ("141", "the reader of a pipe has gone"),
    ("143", "terminated"),
)

FORMAT_WORDS = {
    "cards": "for people, and the default on a terminal; looks may change any day",
    "table": "for people: aligned columns",
    "compact": "for people: a line for each paper",
    "json": "one array, also when empty; every row has every field",
    "jsonl": "one JSON object a line",
    "tsv": "id, listed, upvotes, title, authors, url; tabs, no header, nothing cut; the default in a pipe",
    "csv": "for spreadsheets: a header, lists joined by semicolons, nothing that is run as a formula",
    "text": "for people: plain text of 72 columns, as in a mail",
    "md": "Markdown",
    "bibtex": "references for BibTeX",
    "biblatex": "references for biblatex",
    "ris": "references for Zotero, EndNote, Mendeley",
    "csl": "references as CSL-JSON, for pandoc",
    "atom": "an Atom feed",
    "rss": "an RSS feed",
    "jsonfeed": "a JSON Feed",
    "html": "one page for a browser",
    "ids": "one id a line",
    "urls": "one address a line",
}
"""Formats in a few words; of one without words here its renderer tells. Which there are, `render.FORMATS` says."""

WHEN_WORDS = (
    ("2026-07-01", "a day"),
    ("today, yesterday", "the newest listing's day, and the day before it"),
    ("-3d, -2w", "three days, two weeks before it"),
    ("friday", "the latest one"),
    ("2026-W27", "an ISO week, Monday to Sunday"),
    ("2026-07, july", "a month; by its name the latest one"),
    ("last", "the day, week or month before the current one"),
    ("A..B", "from the first day of A to the last day of B"),
)

ID_WORDS = (
    ("2501.12948, 2501.12948v2", "an arXiv identifier; the version counts for open and pdf"),
    ("hep-th/9901001", "an old one"),
    ("arXiv:2501.12948", "as it is cited"),
    ("https://arxiv.org/abs/2501.12948", "a page on arXiv, huggingface.co, hf.co or alphaxiv.org"),
    ("10.48550/arXiv.2501.12948", "a DOI"),
    ("3", "row 3 of the last list on this terminal"),
    ("-", "what is on standard input"),
)

QUERY_WORDS = (
    ("video diffusion", "Both words, in title, abstract or keywords: in any case, with or without accents, by English"
     " stem, so that transformer finds transformers."),
    ('"video diffusion"', "These words next to each other, each as it is written."),
    ("robot*", "Words that begin so."),
    ("-video, NOT video", 'What must not hold: likewise -"exact words", -title:x and -(a b).'),
    ("video OR image", "One is enough. Words beside each other, or with AND between, hold together first."),
    ("(video OR image) text", "Parentheses keep things together."),
    ("GPT-4, C++, +", "Text like any other; signs are looked for as they are written, and so are scripts that put no"
     " blanks between words."),
)  # fmt: skip
"""How a query is written, besides the fields, which `papercli.facts` names."""

SUMMARIES = {
    "query": "How papers are searched for and filtered.",
    "when": "How days, weeks and months are written.",
    "ids": "How papers are named.",
    "formats": "How papers are printed.",
    "files": "Where things are kept.",
    "environment": "Variables that papers listens to.",
    "exit-codes": "What the number says that papers ends with.",
}
"""Every topic, in a line."""

REMARKS = {
    "query": (
        "Numbers and days take >20, >=20, <20, <=20, =20 and 5..20; title:, abs: and kw: also phrases, beginnings and"
        ' parentheses: title:(robot* OR "legged motion").\n'
        "-k takes a query, and so do papers search, list, follow and mute; --author, --tag, --min-upvotes, --since and"
        " the like say the same as their fields. All that is given must hold. Put quotes around what your shell would"
        " take for itself: papers today -k 'diffusion -video up:>20'.\n"
        "What is not part of this is text. What cannot be read is shown with its place. papers help when tells how days"
        " are written."
    ),
    "when": "Relative days count from the newest listing, or from today when none is known. Every day is a UTC day.",
    "ids": "Numbers are not taken from standard input. Text there may be JSON, BibTeX, a table or prose.",
    "formats": (
        "-o FORMAT chooses one; --json and --jsonl are short for theirs.\n"
        "--jq EXPR prints what a program in jq's language makes of the JSON, as gh --jq does; it needs papercli[jq].\n"
        "--template T prints a pattern for each paper: '{upvotes|pad:>4}  {title|truncate:60}  {published|timeago}'."
        " Filters are truncate:N, pad:N, pad:>N, timeago, link, link:FIELD, join and join:TEXT; {{ and }} are braces,"
        " \\n, \\t and \\0 what they usually are."
    ),
    "files": (
        "XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_CACHE_HOME and XDG_STATE_HOME move them one by one, PAPERCLI_HOME all"
        " at once.\nOutside Linux they are where the system keeps such things."
    ),
    "exit-codes": "Of several at once: the first of 2, 4, 5, 6, 7, 3, 8.",
}
"""What there is to say besides, of some topics."""
