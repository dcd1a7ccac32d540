# The bundled embedding model, from git snapshots of public corpora (train/README.md). Resumable: a finished stage
# leaves its file in $(TRAIN) and is not run again; `make train-clean` starts over.
TRAIN ?= $(or $(HOIDAP_TRAIN),.train)
export HOIDAP_TRAIN := $(TRAIN)
# Threads that wait must sleep: on shared cores, spinning costs more than it saves.
STAGE = OMP_WAIT_POLICY=passive nice -n 10 $(BIN)/python -m

.PHONY: train train-corpora train-tokenizer train-align train-tokens train-gloss train-fit train-export train-score train-clean

train: train-export
	$(MAKE) train-score

train-corpora: $(TRAIN)/words.tsv
train-tokenizer: $(TRAIN)/tokenizer.json
train-align: $(TRAIN)/alignments.npz
train-tokens: $(TRAIN)/article_index.npz
train-gloss: $(TRAIN)/glosses.npz
train-fit: $(TRAIN)/second.npy

$(TRAIN)/words.tsv:
	$(STAGE) train.corpora

$(TRAIN)/tokenizer.json: $(TRAIN)/words.tsv
	$(STAGE) train.tokenizer

$(TRAIN)/alignments.npz: $(TRAIN)/words.tsv
	$(STAGE) train.align

$(TRAIN)/article_index.npz: $(TRAIN)/tokenizer.json
	$(STAGE) train.tokens

$(TRAIN)/glosses.npz: $(TRAIN)/tokenizer.json $(TRAIN)/alignments.npz
	$(STAGE) train.gloss

$(TRAIN)/static.npy: $(TRAIN)/article_index.npz $(TRAIN)/glosses.npz
	$(STAGE) train.fit

# A second, cooler run from where the first ended, with larger batches and other draws; the two are averaged.
$(TRAIN)/second.npy: $(TRAIN)/static.npy
	$(STAGE) train.fit --name second --start $(TRAIN)/static.npy --seed 8 --rate 0.03 --steps 3500 \
		--articles 656 --questions 704 --bitext 768

train-export: $(TRAIN)/second.npy
	$(STAGE) train.export

train-score:
	$(STAGE) train.score

train-clean:
	rm -rf $(TRAIN)
