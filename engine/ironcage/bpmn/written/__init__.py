"""From the elements of an XML tree to those of the model, a module for each chapter of the standard."""
