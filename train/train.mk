# The bundled embedding model, from git snapshots of public corpora (train/README.md). Resumable: a finished stage
# leaves its file in $(TRAIN) and is not run again; `make train-clean` starts over.
TRAIN ?= $(or $(HOIDAP_TRAIN),.train)
export HOIDAP_TRAIN := $(TRAIN)
# Threads that wait must sleep: on shared cores, spinning costs more than it saves.
# Batches are large blocks that come and go: handing each back to the system costs a third of the time.
STAGE = OMP_WAIT_POLICY=passive MALLOC_MMAP_THRESHOLD_=4294967296 MALLOC_TRIM_THRESHOLD_=8589934592 \
	nice -n 10 $(BIN)/python -m

.PHONY: train train-corpora train-tokenizer train-align train-tokens train-gloss train-fit train-export train-score \
	train-clean train-reader train-encoder train-distil train-pretrain train-reading train-synthetic train-look-alikes \
	train-draw train-fit-reader train-draw-around train-propose train-export-reader train-syllables train-tune-answers \
	train-ablations train-bi-encoder

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

train-words: $(TRAIN)/words.tsv
	$(STAGE) train.segmentation

train-score:
	$(STAGE) train.score

# --- the span reader ---

train-reader: train-export-reader train-syllables
	$(MAKE) train-tune-answers

train-encoder: $(TRAIN)/encoder-start/config.json
train-distil: $(TRAIN)/encoder-distilled/config.json
train-pretrain: $(TRAIN)/encoder-pretrained/config.json
train-reading: $(TRAIN)/reading.jsonl
train-synthetic: $(TRAIN)/synthetic.jsonl
train-look-alikes: $(TRAIN)/look-alikes.npy
train-fit-reader: $(TRAIN)/reader/scores.pt
train-propose: $(TRAIN)/proposed-000.npz

# What an accelerator took in twelve minutes. Two cores take days for it: there, set
# `PRETRAIN="--steps 300 --batch 32" WINDOWS=96000 FOLD="--steps 2000 --batch 24" READER="--steps 4000 --batch 24"`.
PRETRAIN ?= --steps 9700 --batch 512
WINDOWS ?= 900000
FOLD ?= --steps 3000 --batch 128 --rate 2e-4
READER ?= --steps 2780 --batch 192 --rate 2.5e-4
FOLDS = fold-0 fold-1 fold-2

$(TRAIN)/encoder-start/config.json: $(TRAIN)/words.tsv
	$(STAGE) train.encoder

$(TRAIN)/encoder-distilled/config.json: $(TRAIN)/encoder-start/config.json
	$(STAGE) train.distil $(DISTIL)

$(TRAIN)/encoder-pretrained/config.json: $(TRAIN)/encoder-distilled/config.json
	$(STAGE) train.pretrain $(PRETRAIN)

$(TRAIN)/reading.jsonl: $(wildcard train/questions/*.jsonl)
	$(STAGE) train.reading

$(TRAIN)/synthetic.jsonl: $(TRAIN)/words.tsv
	$(STAGE) train.synthetic

$(TRAIN)/look-alikes.npy: $(TRAIN)/reading.jsonl $(TRAIN)/words.tsv
	$(STAGE) train.look_alikes

# Windows of other questions are refused; where questions came since, remove look-alikes.npy, windows*, around*, fold-*,
# proposed* and mistaken*.
train-draw: $(TRAIN)/look-alikes.npy $(TRAIN)/encoder-start/config.json
	$(STAGE) train.draw --windows $(WINDOWS) --made 0 --contrast 0.12

train-draw-around: $(TRAIN)/look-alikes.npy $(TRAIN)/encoder-start/config.json
	$(STAGE) train.draw --name around --around 2 --seed 3

# Each has not seen a third of the questions: together they teach, and each one's mistakes there are learnt from.
$(TRAIN)/fold-%/scores.pt: $(TRAIN)/encoder-pretrained/config.json | train-draw
	$(STAGE) train.fit_reader --name fold-$* --apart $* --seed $$((7 + $*)) $(FOLD)

# It makes mistaken-000.npz as well.
$(TRAIN)/proposed-000.npz: $(FOLDS:%=$(TRAIN)/%/scores.pt) | train-draw-around
	$(STAGE) train.propose --readers $(FOLDS)

$(TRAIN)/reader/scores.pt: $(TRAIN)/proposed-000.npz
	$(STAGE) train.fit_reader --seed 10 --windows windows proposed mistaken --teachers $(FOLDS) $(READER)

train-export-reader: $(TRAIN)/reader/scores.pt
	$(STAGE) train.export_reader

train-syllables: $(TRAIN)/reading.jsonl
	$(STAGE) train.syllables

train-tune-answers:
	$(STAGE) train.tune_answers --write

# From windows of their own, since one run leaves out made questions, which the reader is not taught with any more.
train-ablations: $(TRAIN)/encoder-pretrained/config.json $(TRAIN)/synthetic.jsonl $(TRAIN)/look-alikes.npy
	$(STAGE) train.draw --name ablation --windows 300000
	$(STAGE) train.ablate

train-bi-encoder: $(TRAIN)/encoder-pretrained/config.json | train-draw
	$(STAGE) train.bi_encoder

train-clean:
	rm -rf $(TRAIN)
