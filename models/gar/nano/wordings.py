"""The wordings that gar-nano learns.

Regions are named `<PromptN>` here, as the model reads and writes them; {0} stands for a name.
"""

from models.gar.nano.facts import ATTRIBUTES, SceneObject
from models.gar.prompt import DESCRIBE_ONE

DETAILED = (
    DESCRIBE_ONE,
    "Describe this region in detail.",
    "Describe the masked region in detail.",
    "Describe this object in detail.",
    "What do you see in this region?",
    "Give a detailed description of this region.",
)
BRIEF = (
    "Describe this masked region in one sentence.",
    "Describe this region in one sentence.",
    "Describe this masked region briefly.",
    "Describe this region briefly.",
    "Describe this object briefly.",
    "What is this?",
)
ASKED = {
    "colour": ("What colour is {0}?", "What color is {0}?", "Which colour does {0} have?"),
    "shape": ("What shape is {0}?", "What shape does {0} have?", "Which shape is {0}?"),
    "texture": (
        "What texture does {0} have?",
        "What is the texture of {0}?",
        "Which texture does {0} have?",
    ),
    "size": ("How large is {0}?", "How big is {0}?", "What size is {0}?"),
    "place": (
        "Where is {0}?",
        "Where in the picture is {0}?",
        "What is the place of {0}?",
        "What is the relation between {0} and its surroundings?",
    ),
}
RELATION = (
    "What is the relation between {all}?",
    "How are {all} related?",
    "How do {all} relate to each other?",
)
COMPARED = ("Which is larger, {0} or {1}?", "Is {0} larger or smaller than {1}?")
REAL = (
    "Is {0} real or a reflection?",
    "Is {0} a reflection or real?",
    "Is {0} a real object or a reflection?",
)
UNKNOWN = (
    "What is {0} doing to {1}?",
    "What is {0} doing?",
    "Who is {0}?",
    "What is the name of {0}?",
    "What is {0} made of?",
    "What is {0} used for?",
    "Why is {0} here?",
    "How old is {0}?",
    "What does {0} say?",
    "Is {0} happy?",
    "What will {0} do next?",
    "How much does {0} cost?",
    "What does {0} hold?",
    "Which animal is {0}?",
    "What brand is {0}?",
)
CANNOT_SAY = "I can only see colour, shape, texture, size, place, count and relations."
COUNTS = ("None", "One", "Two", "Three", "Four", "Five")
LETTERS = "ABCD"

SAID = {
    "colour": "{0} is {value}.",
    "shape": "{0} is {a} {value}.",
    "texture": "{0} is {value}.",
    "size": "{0} is {value}.",
    "place": "{0} is in the {value}.",
}
NAMED = {"shape": "{a} {value}", "place": "in the {value}"}  # others: the value alone
OPPOSITES = {
    "left of": "right of",
    "right of": "left of",
    "above": "below",
    "below": "above",
    "in front of": "behind",
    "behind": "in front of",
    "inside": "around",
    "around": "inside",
}


def details(region: SceneObject) -> str | None:
    """Return the detailed description of a region, or None if it is not certain."""
    if not region.is_certain or region.hidden is None:
        return None
    hidden = "Something covers a part of it." if region.hidden else "Nothing covers it."
    mirror = " It is a reflection in a mirror." if region.reflection else ""
    return f"{sentence(region)} of the picture. {hidden}{mirror}"


def sentence(region: SceneObject) -> str:
    """Return a region's looks and place, without the full stop."""
    words = looks(region)
    return f"{words[0].upper()}{words[1:]} in the {region.place}"


def looks(region: SceneObject) -> str:
    """Return a region's size, colour, texture and shape."""
    return f"a {region.size} {region.colour} {region.texture} {region.shape}"


def named_value(attribute: str, value: str | None) -> str:
    """Return a value as it stands behind “is”."""
    return NAMED.get(attribute, "{value}").format(value=value, a=article(value))


def article(noun: str | None) -> str:
    """Return “a” or “an”."""
    return "an" if noun and noun[0] in "aeiou" else "a"


def all_texts() -> list[str]:
    """Return texts that between them hold every word of the wordings above."""
    wordings = [*DETAILED, *BRIEF, *RELATION, *COMPARED, *REAL, *UNKNOWN, *COUNTS, CANNOT_SAY]
    wordings += [text for texts in ASKED.values() for text in texts] + list(SAID.values())
    wordings += [*OPPOSITES, "the reflection of, and", "There are some objects I am curious about"]
    wordings += [value for values in ATTRIBUTES.values() for value in values]
    wordings += [f"{shape}s" for shape in ATTRIBUTES["shape"]]
    wordings += ["Which region is in the a an?", "Which of the regions is?", "Is?", "Yes. No."]
    wordings += ["Question: Options: Answer with the correct option's letter directly."]
    wordings += ["How many of the regions are?", "Do they have the same?", "Do they overlap?"]
    wordings += ["is not in the image. is larger than smaller than", "A of the picture."]
    wordings += [
        "Something covers a part of it. Nothing covers it. It is a reflection in a mirror."
    ]
    wordings += ["its surroundings", "user", "assistant", "A. B. C. D."]
    return wordings
