"""The page: Gradio components, handlers that are plain functions, rendering that is pure."""
