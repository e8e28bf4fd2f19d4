"""What happens when a person does something: between the widgets, the document and the workers."""
