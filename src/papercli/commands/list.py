"""`papers list [QUERY...]`: what the library holds."""

from __future__ import annotations

from papercli.commands.finding import limit_of, print_query, sought_of
from papercli.commands.listing import query_of
from papercli.value import changed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from papercli.app import App
    from papercli.commands import options


def list_(app: App, terms: options.Terms, filters: options.Filters, output: options.Output) -> None:
    """What the library holds: every paper that was ever listed, shown or found here. No server is asked.

    Examples:
      papers list
      papers list quantization -n 10
      papers list '"kv cache" OR quantization' --since -30d
      papers list 'author:hinton up:>20' --sort upvotes
      papers list --starred -o ids

    QUERY is what papers help query describes. With words the most relevant papers come first, without the newest;
    50 of them unless -n says how many.
    """
    wanted = changed(query_of(app, filters), limit=limit_of(filters))
    print_query(app, sought_of(app, terms, wanted), output, title="Library")
    if not app.library.has_any():
        app.console.note("empty", "the library is empty; papers today or papers sync fills it")
