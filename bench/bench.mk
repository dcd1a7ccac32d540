# Included by the top Makefile. The evaluation sets: EVAL or $HOIDAP_EVAL; the news for speed: CORPUS or $HOIDAP_CORPUS.
EVAL ?=
CORPUS ?=
BENCH_EVAL = $(if $(EVAL),--eval "$(EVAL)")
BENCH_CORPUS = $(if $(CORPUS),--corpus "$(CORPUS)")

.PHONY: bench bench-retrieval bench-seeds bench-speed bench-answers bench-pages pictures

bench: bench-retrieval bench-speed bench-seeds bench-answers

# TEST_SETS=1 adds XQuAD-R and MLQA-R: for the final table only, never for choosing.
bench-retrieval: $(VENV)/.core
	$(BIN)/python -m bench.retrieval $(BENCH_EVAL) $(if $(TEST_SETS),--test-sets)

# Here TEST_SETS=1 adds XQuAD, read paragraph by paragraph.
bench-answers: $(VENV)/.core
	$(BIN)/python -m bench.answers $(BENCH_EVAL) $(if $(TEST_SETS),--test-sets)

bench-seeds: $(VENV)/.core
	$(BIN)/python -m bench.seeds $(BENCH_EVAL)

# REUSE=1 keeps the libraries under .bench/ of an earlier run; their indexing figures are then those of that run.
# SIZES="10000 100000" and PARTS="in_process memory" measure less; OUT=DIR keeps the results out of bench/results/.
bench-speed: $(VENV)/.core
	$(BIN)/python -m bench.speed $(BENCH_EVAL) $(BENCH_CORPUS) $(if $(REUSE),--reuse) \
	$(if $(SIZES),--sizes $(SIZES)) $(if $(PARTS),--parts $(PARTS)) $(if $(OUT),--out "$(OUT)")

# In Debian's Chromium: the widget at 10,000 passages, and the pictures of docs/images.
bench-pages: $(VENV)/.test $(VENV)/.browser
	$(BIN)/python -m bench.pages $(BENCH_CORPUS)

pictures: $(VENV)/.test $(VENV)/.browser
	$(BIN)/python -m bench.pictures
