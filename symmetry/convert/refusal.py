"""What a converter raises where the hypotheses of its theorem do not hold."""


class ConversionRefused(ValueError):
    """A conversion that would change the function.

    Attributes:
        theorem: the id of the theorem whose hypotheses fail; "" if the function itself was compared.
    """

    def __init__(self, theorem: str, words: str) -> None:
        super().__init__(f"{words} ({theorem})" if theorem else words)
        self.theorem = theorem
