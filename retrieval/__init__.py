"""Embeddings, FAISS, BM25, fusion; evidence and citations."""
