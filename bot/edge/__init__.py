"""The edge: all that is spoken with Teams, and the only place that knows botbuilder.

`door` takes what Teams sends, `gate` decides whether it is let in, `incoming` turns it into plain frozen
values, `invoke` answers button presses, `adapter` and `connector` carry what the bot says.
"""
