"""What is stated and run: theorems, false claims beside them, and the claims of question-and-answer threads."""
