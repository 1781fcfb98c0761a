"""The edge: all that is spoken with Teams, and the only place that knows botbuilder.

`door` takes what Teams sends; `gate` decides whether it is let in, with `tokens`, `issuer_keys` and `addresses`;
`incoming` turns it into plain frozen values, and `invoke` answers button presses. `adapter` and `connector` carry what
the bot says, with `our_token`, which signs in by `credentials`.
"""
