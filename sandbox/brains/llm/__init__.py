"""The brain that asks a language model: from a view to a prompt, and from an answer to a turn.

::

    spec       what its mapping may say
    templates  the texts of a prompt, files with {placeholders}
    standing   what the system prompt says, the same in every turn: who, what, by which rules; wants says for what
    moment     what the turn prompt says, different in every turn: the table, the round, what was refused
    said       messages as lines that no text inside them can forge
    contexts   which of the lines a prompt shows
    acts       acts as tools, or as a JSON form
    answers    what a model answered, as a turn; loose reads what stands around it
    brain      all of it together
"""
