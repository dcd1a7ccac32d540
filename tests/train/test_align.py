"""IBM Model 1 on corpora that a person can check."""

from __future__ import annotations

from train.align import best_translations, lexicon_rows, model1, segment

# The textbook corpus of Brown et al. with Vietnamese words: nothing but co-occurrence tells the words apart.
TOY = [
    (["the", "house"], ["cái", "nhà"]),
    (["the", "book"], ["cái", "sách"]),
    (["a", "book"], ["một", "sách"]),
]


def test_model1_finds_the_words_of_the_toy_corpus() -> None:
    best = {}
    for entry in sorted(model1(TOY, rounds=20), key=lambda entry: entry.probability):
        best[entry.english] = entry.vietnamese
    assert best == {"the": "cái", "house": "nhà", "book": "sách", "a": "một"}


def test_probabilities_of_a_giver_sum_to_at_most_one() -> None:
    sums: dict[str, float] = {}
    for entry in model1(TOY):
        sums[entry.english] = sums.get(entry.english, 0.0) + entry.probability
    assert all(total <= 1.0 + 1e-9 for total in sums.values())


def test_segment_takes_the_longest_known_word() -> None:
    known = {"ngân hàng", "nhà nước", "ngân hàng nhà"}
    assert segment("ngân hàng nhà nước mới".split(), known) == ["ngân hàng nhà", "nước", "mới"]
    assert segment("nhà nước ta".split(), known) == ["nhà nước", "ta"]
    assert segment([], known) == []


def test_lexicon_prefers_whole_words_and_leaves_function_words_out() -> None:
    pairs = [(["the", "award"], ["giải thưởng"]), (["award", "ceremony"], ["lễ", "giải thưởng"])] * 5
    table = best_translations(model1(pairs))
    assert [row.vietnamese for row in table["award"]] == ["giải thưởng"]
    assert "the" not in table


def test_lexicon_rows_keep_within_their_bytes() -> None:
    pairs = [(["award"], ["giải thưởng"]), (["bridge"], ["cầu"])] * 5
    assert lexicon_rows(best_translations(model1(pairs)), bytes_at_most=20) == []
    assert [line.split("\t")[:2] for line in lexicon_rows(best_translations(model1(pairs)))] == [
        ["award", "giải thưởng"],
        ["bridge", "cầu"],
    ]
