"""What the symbols of the catalogue's statements mean, each once; what a statement or its hypotheses say is left out."""

from symmetry.statements.notation import symbol

OF_UNITS = " ".join(f"CLAIM.{number}" for number in (6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 19, 35, 36, 38, 39))
"""Claims on the weights of single units."""

OF_ONE_INPUT = " ".join(f"CLAIM.{number}" for number in (28, 30, 36, 38, 39, 40, 42, 44, 45, 47, 49, 52, 55, 63))
"""Claims on what a network makes of one input."""

# A network and its parts.
symbol(r"\theta", "all weights and biases of a network", but="TIE.10 TIE.13 TIE.14 TIE.16 TIE.17 CLAIM.13 CLAIM.17")
symbol(
    r"\theta_s",
    "what belongs to unit s, (w_s, b_s, v_s)",
    letters=r"\theta",
    where="TIE.10 TIE.13 TIE.14 TIE.16 TIE.17",
)
symbol(r"\theta_i", "what belongs to unit i", letters=r"\theta", where="CLAIM.13 CLAIM.17")
symbol("f", "the function that the network computes: f(θ, x) are its outputs for the inputs x", but="METH CAP.10")
symbol("x", "the inputs, a row an example", where="GRAD PERM DUP SOFT LAND.1 ARCH.1 ARCH.3 ARCH.6")
symbol("x", "one input of the network", where=f"CAP.1 CAP.2 CAP.3 CAP.5 CAP.8 CAP.9 CAP.10 {OF_ONE_INPUT}")
symbol("x'", "another input", letters="'", where="CAP.3 CLAIM.44 CLAIM.45")
symbol("y", "the targets, a row an example", where="GRAD LAND.1 CLAIM.31 CLAIM.39")
symbol(r"\hat y", "what the network predicts", letters="y", where="CLAIM.28 CLAIM.30 CLAIM.31 CLAIM.33")
symbol(
    "L",
    "the loss, summed over the examples of a batch",
    where="GRAD PERM TIE DUP SIGN SCALE SOFT NORM.1 ARCH.7 CLAIM",
    but="TIE.4 CLAIM.37",
)
symbol("L", "a loss, as a function of the parameters", where="TIE.4 NORM.2 NORM.3 NOETHER LAND.2")
symbol("{}^L", "L as an index: the last layer", letters="^L")
symbol(
    "W^l, b^l",
    "the weights and biases of layer l, where W[i, j] leads from unit i to unit j",
    letters="W b i j",
    where="GRAD TIE.8 TIE.9",
)
symbol("z^l", "the preactivations of layer l, a^{l-1} W^l + b^l", letters="z", where="GRAD CLAIM.53 CLAIM.54")
symbol(
    "a^l",
    "the activations of layer l, a row an example, and a^0 the inputs",
    letters="a",
    where="GRAD PERM CLAIM.51 CLAIM.52 CLAIM.53",
)
symbol(r"\delta^l", "the errors of layer l, the derivative of L in z^l", letters=r"\delta", where="GRAD CLAIM.54")
symbol("l", "a layer, the first behind the inputs being 1", where="GRAD PERM TIE.8 TIE.9 CAP.1 CAP.2 CLAIM.51 CLAIM.54")
symbol("n_l", "the number of units of hidden layer l, or n where there is one", letters="n", where="PERM.9 CAP.1 CAP.2")
symbol(r"\varphi", "the activation of a layer")
symbol(r"\varphi'", "the slope of the activation")
symbol(r"\varphi''", "the second derivative of the activation")
symbol(
    "(w, b, v)",
    "a hidden unit's incoming weights, its bias and its outgoing weights",
    where=f"PERM TIE DUP SIGN SCALE CAP.9 {OF_UNITS}",
    but="TIE.8",
)
symbol("s, t", "two units of one hidden layer", where="TIE DUP.1", but="TIE.4 TIE.5 TIE.8")
symbol("i", "a unit", where="TIE.12 CAP.9 CAP.10 CLAIM.36 CLAIM.38")
symbol("j", "a unit", where="TIE.10 DUP.3 SIGN.4")
symbol("i, j", "two units of one hidden layer", where=f"CLAIM.13 CLAIM.17 CLAIM.21 {OF_UNITS}", but="CLAIM.36 CLAIM.38")
symbol("n", "an example of the batch", where="GRAD TIE NORM.1 LAND.1 CLAIM.3 CLAIM.31")
symbol(
    "W, b, V",
    "weights into hidden units, their biases, and weights out of them",
    where="CLAIM.3 CLAIM.4 CLAIM.5 CLAIM.48 CLAIM.49 CLAIM.65",
)
symbol(
    "w^l_{jk}, b^l_j",
    "the weight from unit k of layer l - 1 to unit j of layer l, and that unit's bias",
    letters="w b j k",
    where="CLAIM.51 CLAIM.52 CLAIM.53",
)
symbol("w, b", "the weights and the bias of a unit", where="CAP.3 CAP.5 CAP.8 CLAIM.42 CLAIM.45 CLAIM.47")

# Derivatives and products.
symbol(
    r"\nabla L", "the gradient of L in all parameters, or in those that an index names", letters=r"\nabla", but="LAND.3"
)
symbol(r"\nabla L, \nabla^2 L", "the gradient of L and its Hessian", letters=r"\nabla", where="LAND.3")
symbol(r"\partial_b L", "the derivative of L in the unit's bias", letters=r"\partial", where="SCALE.4 SCALE.5")
symbol("H", "the Hessian, the matrix of the second derivatives of L")
symbol("H_{ww}, H_{vv}", "its blocks in incoming and in outgoing weights", letters="H", where="SCALE.7")
symbol(r"\odot", "the product entry by entry")
symbol(r"\langle\cdot, \cdot\rangle", "the sum of the products of the entries", letters=r"\langle")
symbol(r"\mathrm{spec}", "the eigenvalues of a matrix, each as often as it occurs")
symbol(r"\mathrm{tr}", "the trace of a matrix, the sum of its diagonal")
symbol(r"\mathrm{relu}", "relu(z) is z, or 0 if that is larger")
symbol(r"\mathrm{softmax}", "exponentials over their sum")
symbol(r"\mathrm{fl}", "as computed in floats, with rounding")

# Permutations and other maps of the parameters.
symbol(r"\pi", "a permutation of the units of each hidden layer", where="PERM")
symbol(
    r"\pi\cdot\theta",
    "θ with the hidden units in that order: the columns of a layer's weights and its biases move, and the rows of the "
    "next layer's weights, activations and gradients with them",
    letters=r"\pi",
    where="PERM LAND.1",
)
symbol(r"\pi\cdot\theta", "θ with its arrays permuted so", letters=r"\pi", where="ARCH")
symbol(r"\sigma", "another permutation", where="PERM.8")
symbol(r"\mathrm{id}", "the permutation that moves nothing", where="PERM.8")
symbol(r"S\cdot\theta", "all networks that permuting hidden units makes of θ", letters="S", where="PERM.9")
symbol(
    r"\sigma\cdot\theta",
    "θ with some hidden units flipped, their (w, b, v) negated",
    letters=r"\sigma",
    where="SIGN.3",
)
symbol(r"\sigma", "the sigmoid, 1/(1 + exp(-z))", where="SOFT.3 CLAIM.38 CLAIM.51 CLAIM.52 CLAIM.53 CLAIM.58")
symbol(r"f_\sigma, f_{\tanh}", "f with sigmoid and with tanh hidden units", letters=r"\sigma", where="SIGN.4")
symbol(r"g\theta", "θ with the (w, b, v) of hidden units rescaled to (c w, c b, c^-k v)", letters="g", where="SCALE")
symbol(r"g\theta", "θ after the map g of the parameters", letters="g", where="TIE.4 NOETHER.1 LAND.2")
symbol(r"\mathrm{Fix}(G)", "the parameters that every g of G leaves as they are", letters="Fix")
symbol("|G|", "how many maps G holds", letters="G", where="LAND.2")
symbol("e^{tA}", "the matrix exponential, the motion that A generates for a time t", letters="e", where="NOETHER.2")

# Training.
symbol(r"\eta", "the size of a step of gradient descent", but="TIE.13")
symbol(r"\theta'", "with a prime: the same after one step", letters="'", where="TIE.6 TIE.7 TIE.10 CLAIM.7")
symbol("V', c'", "V and c after the steps", letters="'", where="SOFT.2")
symbol(r"\theta'", "the changed parameters", letters="'", where="SOFT.1")
symbol(
    "{}^{(T)}", "with (T) above: the same after T steps of training", letters="^{(T)} T", where="TIE.9 TIE.11 TIE.12"
)
symbol(r"\theta_T(\theta_0)", "the parameters after T steps of training from theta_0", letters="T", where="PERM.7")
symbol("T", "a number of steps", where="TIE.2 TIE.3 TIE.17")
symbol(r"g_1, g_2, \dots", "a parameter's own gradients so far, step by step", letters="g t", where="PERM.6 TIE.2")
symbol("u", "what the rule of training adds to a parameter", where="PERM.6 TIE.2 SIGN.3")
symbol("g", "the gradient", where="SIGN.3 TIE.14")
symbol("g_w, g_b, g_v", "the gradient in w, in b and in v", letters="g", where="DUP.4")
symbol("g_c, c", "the gradient in the next layer's bias, which is c", letters="c", where="SIGN.3")
symbol(
    r"\dot Q, \Delta Q",
    "how fast Q changes in time, and by how much in a step",
    letters=r"\dot \Delta",
    where="SCALE.5",
)
symbol(
    r"\dot M, \Delta M",
    "how fast M changes in time, and by how much in a step",
    letters=r"\dot \Delta",
    where="SCALE.6",
)
symbol(r"\dot\theta", "how fast θ changes in time: gradient flow", letters=r"\dot", where="NOETHER.3")
symbol(
    r"a_s, \delta_s", "the activations and the errors of unit s, in every example", letters=r"a \delta", where="TIE.1"
)
symbol("a_{ns}", "the activation of unit s in example n", letters="a", where="TIE.7 TIE.13")
symbol("z_n", "the preactivation of the two units in example n", letters="z", where="TIE.13 TIE.16")
symbol("x_n", "what comes into the layer in example n", letters="x", where="TIE.13")
symbol("e_n", "the error of the next layer in example n", letters="e", where="TIE.13 TIE.16 CLAIM.3")
symbol("u", "any direction of a unit's (w, b, v)", where="TIE.16")
symbol(r"\alpha_l, \beta_l", "any two numbers for each layer", letters=r"\alpha \beta", where="TIE.9")
symbol("C", "any number", where="TIE.11")
symbol(r"\alpha_i", "positive factors", where="TIE.12")

# What one theorem, or one chapter, speaks of.
symbol("p", "the outputs behind sigmoid or softmax", where="GRAD.1")
symbol("k", "an output", where="GRAD.1")
symbol(r"\mathrm{backprop}(\theta)", "the gradient that the program computes", letters="backprop")
symbol("V", "a direction: any numbers, one for each parameter", where="GRAD.4")
symbol(
    "V_{jk}, c_k",
    "the weight from hidden unit j to output k, and the output's bias",
    letters="V c j k",
    where="SOFT.1 SOFT.2",
)
symbol("a, b", "the two logits", where="SOFT.3")
symbol(r"\mathrm{BN}", "batch norm: each column less its mean, over its standard deviation")
symbol("z, b", "the preactivations of a layer before the bias b is added", where="NORM.1")
symbol("1", "the vector of ones", letters="BN RMS", where="NORM.1 NORM.4")
symbol(r"\mathrm{RMS}, \mathrm{LN}", "RMS norm and layer norm of each row")
symbol("x", "the rows that are normalised", where="NORM.4")
symbol(r"\gamma", "the scale of the norm", where="NORM.4")
symbol("w, v", "the weights of the first and of the second layer", where="LAND.3")
symbol(r"\mathrm{XOR}", "the exclusive or of the two inputs, for all four pairs of 0 and 1")
symbol(r"\alpha_l, \beta_l", "the slope and the offset of an affine activation", letters=r"\alpha \beta", where="CAP.1")
symbol("A, a_0", "one matrix and one vector in the place of the whole network", letters="A a", where="CAP.1")
symbol(r"\psi", "whatever function follows the unit", where="CAP.3")
symbol("t(x)", "the one number that the unit sees", letters="t", where="CAP.3")
symbol("L_n", "the loss of networks with n units in the layer", letters="L n", where="CAP.4")
symbol(r"\oplus", "exclusive or", where="CAP.6")
symbol("(x_i, y_i)", "the points, numbered from 0 to n", letters="x y i k n", where="CAP.7")
symbol(
    r"\psi_1, \dots, \psi_L",
    "the activation of each layer, with the affine maps beside it",
    letters=r"\psi L l",
    where="CAP.8",
)
symbol(
    r"\tau, t_0",
    "any threshold of the output, and what becomes of it at the first unit",
    letters=r"\tau t",
    where="CAP.8",
)
symbol("c", "the bias of the output", where="CAP.9 CAP.10")
symbol("w_i, b_i, v_i", "a unit's weight, bias and outgoing weight", letters="w v", where="CAP.10")
symbol("G, C", "C channels in G groups of one size", where="ARCH.1")
symbol(r"S_G, \wr", "all orders of the groups, and with those in each group", letters=r"S \wr", where="ARCH.1")
symbol("h_0, x_{1..T}", "the initial state, and the inputs at T moments", letters="h x T", where="ARCH.2")
symbol("U_g, W_g, b_g", "a gate's input weights, recurrent weights and bias", letters="U W b", where="ARCH.2")
symbol("V", "the weights that read the state", where="ARCH.2")
symbol(
    "W_Q, W_K, W_V, W_O",
    "the weights of queries, keys, values and outputs of a head",
    letters="W Q K V O",
    where="ARCH.3 ARCH.4",
)
symbol("h", "a head", where="ARCH.3")
symbol("b_Q, b_K, b_V", "the biases of queries, keys and values", letters="b", where="ARCH.4")
symbol("b_K", "the bias of the keys", letters="b K", where="ARCH.5")
symbol("q_t, k_s", "the query at position t and the key at position s", letters="q k t s", where="ARCH.5")
symbol("c, c_t", "any vector, and any number for each position", letters="c", where="ARCH.5")
symbol("u_{ts}", "the score of position s at position t", letters="u", where="ARCH.5")
symbol("E", "the embeddings, a row a word or a position", where="ARCH.6")
symbol(r"W_{\text{in}}", "the weights that read the stream", letters="W", where="ARCH.6")
symbol(r"W_{\text{out}}, b_{\text{out}}", "the weights and biases that write to it", letters="b", where="ARCH.6")
symbol(r"\gamma, \beta", "the scale and the shift of a layer norm", where="ARCH.6")
symbol("x, y", "tokens and targets, as words", where="ARCH.7")
symbol("w", "a word", where="ARCH.7")
symbol("f, F", "an operation on k numbers, and the same on balls", letters="f F k", where="METH.1")
symbol("x_i, X_i", "numbers, and balls around them", letters="x X i", where="METH.1")
symbol("q, d", "a polynomial, and its degree", where="METH.2")
symbol(r"\mathrm{P}_x", "the share of all x", letters="P", where="METH.2")
symbol(r"\varphi^{(k)}", "the k-th derivative of an activation", where="METH.3")
symbol("r, a", "the relative and the absolute error that are stated of it", where="METH.3")
symbol(
    r"\mathrm{left}, \mathrm{right}",
    "the two sides of a law, at the units 1 to n",
    letters="left right n",
    where="METH.4",
)
symbol(
    r"\theta \oplus u_{n+1}",
    "θ with a unit u_{n+1} added, whose outgoing weights are v_{n+1}",
    letters=r"\oplus u v",
    where="METH.4",
)
symbol("|x|", "the size of a number drawn", letters="x", where="METH.5")
