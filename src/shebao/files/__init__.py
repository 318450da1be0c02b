"""Readers and writers of formats: people as YAML, JSON, CSV, Excel and Parquet; letters as Markdown and PDF."""
