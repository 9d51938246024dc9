"""What a rule brain says where its persona brings no words of its own, and clauses that answer the last move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from personas import Occasion

NEUTRAL: Final[Mapping[Occasion, Sequence[str]]] = {
    "opening": (
        "I would begin with {terms}.",
        "Here is what I have in mind: {terms}.",
        "My proposal to start with: {terms}.",
        "What would you say to {terms}?",
        "This would suit me: {terms}. Tell me what you think.",
        "To put something on the table: {terms}.",
    ),
    "concede": (
        "I can go to {terms}.",
        "All right, {terms}. That is not easy for me.",
        "Then let us try it like this: {terms}.",
        "I have looked at it again: {terms}.",
        "How about {terms}? It costs me something.",
        "I can meet you some of the way: {terms}.",
        "I would rather give a little than argue: {terms}.",
        "Would {terms} help?",
    ),
    "hold": (
        "I am staying with {terms}.",
        "For me it is still {terms}.",
        "Nothing I have heard changes my mind yet: {terms}.",
        "I have to come back to {terms}.",
        "{terms}. I do not see a reason to go further at the moment.",
        "My answer is the same: {terms}.",
        "I know you were hoping for more, but {terms} is where I am.",
        "Please think about {terms} once more.",
    ),
    "near": (
        "We are almost there. {terms}?",
        "There is not much between us any more: {terms}.",
        "Let us not lose this over the last bit. {terms}.",
        "So little is left to settle. I suggest {terms}.",
        "I think this could be it: {terms}.",
        "One more small step and we have it: {terms}.",
    ),
    "accept": (
        "Yes, that works for me: {terms}.",
        "I can agree to that. {terms}, then.",
        "Good. {terms}. I accept.",
        "All right, you have my agreement: {terms}.",
        "{terms}: fine with me.",
        "Let us do that. {terms}.",
    ),
    "reject": (
        "I cannot agree to that.",
        "No, that does not work for me.",
        "That leaves me with too little.",
        "I have to say no to this one.",
        "Not on those terms.",
    ),
    "walk_away": (
        "I do not see anything here that I could agree to. I will leave it at that.",
        "Thank you for your time, but there is nothing in this for me.",
        "It is better that I say so now: this will not work out. Goodbye.",
        "I have thought about it, and I am better off without an agreement.",
        "Let us not waste each other's time. I am out.",
    ),
    "pass": (
        "I have nothing to add for now.",
        "Let me hear the others first.",
        "I leave it there for the moment.",
        "Nothing new from me this time.",
        "I would rather wait and see.",
    ),
    "greet": (
        "Hello. Good to see you.",
        "Hello there. How are you?",
        "Good to meet you. Have you been here long?",
        "Hi. I am glad that we found the time.",
        "Good day. Shall we sit down?",
    ),
}
"""At least five for each occasion."""

TRADES: Final[Sequence[str]] = (
    "Let me put it another way: {terms}.",
    "What if we turn it around? {terms}.",
    "Then perhaps {terms}?",
    "Would {terms} be easier for you?",
    "Here is a different mix: {terms}.",
    "We could also arrange it like this: {terms}.",
)
"""For an offer that gives up nothing and is not the last one either; to say "as before" would be wrong."""

SMALL_TALK: Final[Sequence[str]] = (
    "I can see that. How did you come to it?",
    "That sounds like a long day.",
    "I have been wondering about that myself.",
    "True. And what do you make of it?",
    "I had not thought of it that way.",
    "It took me a while to get used to it.",
    "You may well be right.",
    "Tell me a little more about that.",
    "It was different a few years ago, I think.",
    "I would have said the opposite, but go on.",
    "That reminds me of something a neighbour told me.",
    "And have you been busy otherwise?",
)
"""For conversations without anything to agree on, after the greeting."""

STANCES: Final[Sequence[str]] = (
    "As I see it, it is {stance}.",
    "I lean towards {stance}.",
    "For me it is {stance} so far.",
    "If we voted now, I would say {stance}.",
    "All that I have heard points to {stance}.",
    "I keep coming back to {stance}.",
    "Convince me otherwise, but I am for {stance}.",
)
"""Before a vote: what the seat is for."""

LEADS: Final[Mapping[str, Sequence[str]]] = {
    "first": (
        "Thank you, now I know where you stand.",
        "I expected something of the kind.",
        "That is some way from what I had in mind.",
        "I see. I was thinking of something else.",
        "All right, that is one end of it.",
    ),
    "jump": (
        "That is a real step, thank you.",
        "Now we are talking.",
        "I did not expect that much, and I appreciate it.",
        "That changes things.",
        "You have come a long way with that.",
    ),
    "step, holding": (
        "That is something, though not enough for me.",
        "Thank you, but I need more than that.",
        "I noticed, and I had hoped for more.",
        "We are still too far apart.",
        "It is a start, no more.",
    ),
    "step": (
        "That is a bit better.",
        "I notice that you moved.",
        "It is a start.",
        "That helps a little.",
        "We are getting somewhere.",
        "I see the effort.",
    ),
    "step on": (
        "Thank you for moving on the {issue}.",
        "I like what you did about the {issue}.",
        "On the {issue} you have met me a little.",
        "So there is some room on the {issue}.",
    ),
    "same": (
        "That is what you said before.",
        "You have not moved.",
        "I heard you the first time.",
        "So you are still at the same point.",
        "I was hoping for something new.",
    ),
    "same, giving": (
        "You have not moved, so I will.",
        "Somebody has to take a step.",
        "I see that you would like to wait. I will go first.",
        "I hope that you will answer this one in kind.",
        "We will not get anywhere if we both stand still.",
    ),
    "sideways": (
        "You have moved things around, but it is no better for me.",
        "That takes away on one side what it gives on the other.",
        "I am not sure that this is a step towards me.",
        "For me that is no improvement.",
    ),
    "refused": (
        "I understand that this was not enough.",
        "So that is a no.",
        "All right, not like that.",
    ),
    "giving": (
        "I can do something about the {issue}.",
        "Perhaps I can move on the {issue}.",
        "Let me see what I can do about the {issue}.",
        "I can give way on the {issue}.",
    ),
    "backing": (
        "I stand by what {them} proposed.",
        "What {them} put forward still has my support.",
        "I am still for the proposal of {them}.",
    ),
}
"""Clauses that come before the phrase, by what the other did last; `giving` is about the own offer."""
