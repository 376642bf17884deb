"""What the symbols of the catalogue's statements mean, each once; what a statement or its hypotheses say is left out."""

from symmetry.statements.notation import define

GROUPS = {
    "OF_UNITS": " ".join(f"CLAIM.{number}" for number in (6, 7, 8, 9, 10, 11, 12, 14, 15, 16, 19, 35, 36, 38, 39)),
    "OF_ONE_INPUT": " ".join(f"CLAIM.{number}" for number in (28, 30, 36, 38, 39, 40, 42, 44, 45, 47, 49, 52, 55, 63)),
}
"""Claims on the weights of single units, and claims on what a network makes of one input."""

GLOSSARY = r"""
# A network and its parts.
\theta  all weights and biases of a network [not in TIE.10 TIE.13 TIE.14 TIE.16 TIE.17 CLAIM.13 CLAIM.17]
\theta_s  what belongs to unit s, (w_s, b_s, v_s) [letters \theta] [in TIE.10 TIE.13 TIE.14 TIE.16 TIE.17]
\theta_i  what belongs to unit i [letters \theta] [in CLAIM.13 CLAIM.17]
f  the function that the network computes: f(θ, x) are its outputs for the inputs x [not in METH.1 METH.6 METH.8 CAP.10]
x  the inputs, a row an example [in GRAD PERM DUP SOFT LAND.1 ARCH.1 ARCH.3 ARCH.6 GQA LN.1 GLU
    MOE METH.10]
x  one input of the network [in CAP.1 CAP.2 CAP.3 CAP.5 CAP.8 CAP.9 CAP.10 OF_ONE_INPUT]
x'  another input [letters '] [in CAP.3 CLAIM.44 CLAIM.45]
y  the targets, a row an example [in GRAD LAND.1 CLAIM.31 CLAIM.39]
\hat y  what the network predicts [letters y] [in CLAIM.28 CLAIM.30 CLAIM.31 CLAIM.33]
L  the loss, summed over the examples of a batch [in GRAD PERM TIE DUP SIGN SCALE SOFT NORM.1 ARCH.7 METH.10 CLAIM]
    [not in TIE.4 CLAIM.37]
L  a loss, as a function of the parameters [in TIE.4 NORM.2 NORM.3 NOETHER LAND.2 LORA]
{}^L  L as an index: the last layer [letters ^L]
W^l, b^l  the weights and biases of layer l, where W[i, j] leads from unit i to unit j [letters W b i j]
    [in GRAD TIE.8 TIE.9]
z^l  the preactivations of layer l, a^{l-1} W^l + b^l [letters z] [in GRAD METH.10 CLAIM.53 CLAIM.54]
a^l  the activations of layer l, a row an example, and a^0 the inputs [letters a]
    [in GRAD PERM CLAIM.51 CLAIM.52 CLAIM.53]
\delta^l  the errors of layer l, the derivative of L in z^l [letters \delta] [in GRAD CLAIM.54]
l  a layer, the first behind the inputs being 1 [in GRAD PERM TIE.8 TIE.9 CAP.1 CAP.2 CLAIM.51 CLAIM.54]
n_l  the number of units of hidden layer l, or n where there is one [letters n] [in PERM.9 CAP.1 CAP.2]
\varphi  the activation of a layer
\varphi'  the slope of the activation
\varphi''  the second derivative of the activation
(w, b, v)  a hidden unit's incoming weights, its bias and its outgoing weights
    [in PERM TIE DUP SIGN SCALE CAP.9 OF_UNITS] [not in TIE.8]
s, t  two units of one hidden layer [in TIE DUP.1] [not in TIE.4 TIE.5 TIE.8]
i  a unit [in TIE.12 CAP.9 CAP.10 CLAIM.36 CLAIM.38]
j  a unit [in TIE.10 DUP.3 SIGN.4]
i, j  two units of one hidden layer [in CLAIM.13 CLAIM.17 CLAIM.21 OF_UNITS] [not in CLAIM.36 CLAIM.38]
n  an example of the batch [in GRAD TIE NORM.1 LAND.1 CLAIM.3 CLAIM.31]
W, b, V  weights into hidden units, their biases, and weights out of them
    [in CLAIM.3 CLAIM.4 CLAIM.5 CLAIM.48 CLAIM.49 CLAIM.65]
w^l_{jk}, b^l_j  the weight from unit k of layer l - 1 to unit j of layer l, and that unit's bias [letters w b j k]
    [in CLAIM.51 CLAIM.52 CLAIM.53]
w, b  the weights and the bias of a unit [in CAP.3 CAP.5 CAP.8 CLAIM.42 CLAIM.45 CLAIM.47]

# Derivatives and products.
\nabla L  the gradient of L in all parameters, or in those that an index names [letters \nabla] [not in LAND.3]
\nabla L, \nabla^2 L  the gradient of L and its Hessian [letters \nabla] [in LAND.3]
\partial_b L  the derivative of L in the unit's bias [letters \partial] [in SCALE.4 SCALE.5]
H  the Hessian, the matrix of the second derivatives of L [not in GQA]
H_{ww}, H_{vv}  its blocks in incoming and in outgoing weights [letters H] [in SCALE.7]
\odot  the product entry by entry
\langle\cdot, \cdot\rangle  the sum of the products of the entries [letters \langle]
\mathrm{spec}  the eigenvalues of a matrix, each as often as it occurs
\mathrm{tr}  the trace of a matrix, the sum of its diagonal
\mathrm{relu}  relu(z) is z, or 0 if that is larger
\mathrm{softmax}  exponentials over their sum
\mathrm{fl}  as computed in floats, with rounding

# Permutations and other maps of the parameters.
\pi  a permutation of the units of each hidden layer [in PERM GLU]
\pi\cdot\theta  θ with the hidden units in that order: the columns of a layer's weights and its biases move, and the
    rows of the next layer's weights, activations and gradients with them
    [letters \pi] [in PERM LAND.1]
\pi\cdot\theta  θ with its arrays permuted so [letters \pi] [in ARCH GQA BN]
\sigma  another permutation [in PERM.8]
\mathrm{id}  the permutation that moves nothing [in PERM.8]
S\cdot\theta  all networks that permuting hidden units makes of θ [letters S] [in PERM.9]
\sigma\cdot\theta  θ with some hidden units flipped, their (w, b, v) negated [letters \sigma] [in SIGN.3]
\sigma  the sigmoid, 1/(1 + exp(-z)) [in SOFT.3 CLAIM.38 CLAIM.51 CLAIM.52 CLAIM.53 CLAIM.58]
f_\sigma, f_{\tanh}  f with sigmoid and with tanh hidden units [letters \sigma] [in SIGN.4]
g\theta  θ with the (w, b, v) of hidden units rescaled to (c w, c b, c^-k v) [letters g] [in SCALE]
g\theta  θ after the map g of the parameters [letters g] [in TIE.4 NOETHER.1 LAND.2]
\mathrm{Fix}(G)  the parameters that every g of G leaves as they are [letters Fix]
|G|  how many maps G holds [letters G] [in LAND.2]
e^{tA}  the matrix exponential, the motion that A generates for a time t [letters e] [in NOETHER.2]

# Training.
\eta  the size of a step of gradient descent [not in TIE.13]
\theta'  with a prime: the same after one step [letters '] [in TIE.6 TIE.7 TIE.10 CLAIM.7]
V', c'  V and c after the steps [letters '] [in SOFT.2]
\theta'  the changed parameters [letters '] [in SOFT.1 LN.1]
{}^{(T)}  with (T) above: the same after T steps of training [letters ^{(T)} T] [in TIE.9 TIE.11 TIE.12]
\theta_T(\theta_0)  the parameters after T steps of training from theta_0 [letters T] [in PERM.7]
T  a number of steps [in TIE.2 TIE.3 TIE.17]
g_1, g_2, \dots  a parameter's own gradients so far, step by step [letters g t] [in PERM.6 TIE.2]
u  what the rule of training adds to a parameter [in PERM.6 TIE.2 SIGN.3]
g  the gradient [in SIGN.3 TIE.14]
g_w, g_b, g_v  the gradient in w, in b and in v [letters g] [in DUP.4]
g_c, c  the gradient in the next layer's bias, which is c [letters c] [in SIGN.3]
\dot Q, \Delta Q  how fast Q changes in time, and by how much in a step [letters \dot \Delta] [in SCALE.5]
\dot M, \Delta M  how fast M changes in time, and by how much in a step [letters \dot \Delta] [in SCALE.6 LORA.1]
\dot\theta  how fast θ changes in time: gradient flow [letters \dot] [in NOETHER.3]
a_s, \delta_s  the activations and the errors of unit s, in every example [letters a \delta] [in TIE.1]
a_{ns}  the activation of unit s in example n [letters a] [in TIE.7 TIE.13]
z_n  the preactivation of the two units in example n [letters z] [in TIE.13 TIE.16]
x_n  what comes into the layer in example n [letters x] [in TIE.13]
e_n  the error of the next layer in example n [letters e] [in TIE.13 TIE.16 CLAIM.3]
u  any direction of a unit's (w, b, v) [in TIE.16]
\alpha_l, \beta_l  any two numbers for each layer [letters \alpha \beta] [in TIE.9]
C  any number [in TIE.11]
\alpha_i  positive factors [in TIE.12]

# What one theorem, or one chapter, speaks of.
p  the outputs behind sigmoid or softmax [in GRAD.1]
k  an output [in GRAD.1]
\mathrm{backprop}(\theta)  the gradient that the program computes [letters backprop]
V  a direction: any numbers, one for each parameter [in GRAD.4]
V_{jk}, c_k  the weight from hidden unit j to output k, and the output's bias [letters V c j k] [in SOFT.1 SOFT.2]
a, b  the two logits [in SOFT.3]
\mathrm{BN}  batch norm: each column less its mean, over its standard deviation [not in BN.1]
z, b  the preactivations of a layer before the bias b is added [in NORM.1]
1  the vector of ones [letters BN RMS] [in NORM.1 NORM.4]
\mathrm{RMS}, \mathrm{LN}  RMS norm and layer norm of each row
x  the rows that are normalised [in NORM.4]
\gamma  the scale of the norm [in NORM.4]
w, v  the weights of the first and of the second layer [in LAND.3]
\mathrm{XOR}  the exclusive or of the two inputs, for all four pairs of 0 and 1
\alpha_l, \beta_l  the slope and the offset of an affine activation [letters \alpha \beta] [in CAP.1]
A, a_0  one matrix and one vector in the place of the whole network [letters A a] [in CAP.1]
\psi  whatever function follows the unit [in CAP.3]
t(x)  the one number that the unit sees [letters t] [in CAP.3]
L_n  the loss of networks with n units in the layer [letters L n] [in CAP.4]
\oplus  exclusive or [in CAP.6]
(x_i, y_i)  the points, numbered from 0 to n [letters x y i k n] [in CAP.7]
\psi_1, \dots, \psi_L  the activation of each layer, with the affine maps beside it [letters \psi L l] [in CAP.8]
\tau, t_0  any threshold of the output, and what becomes of it at the first unit [letters \tau t] [in CAP.8]
c  the bias of the output [in CAP.9 CAP.10]
w_i, b_i, v_i  a unit's weight, bias and outgoing weight [letters w v] [in CAP.10]
G, C  C channels in G groups of one size [in ARCH.1]
S_G, \wr  all orders of the groups, and with those in each group [letters S \wr] [in ARCH.1 GQA.1]
h_0, x_{1..T}  the initial state, and the inputs at T moments [letters h x T] [in ARCH.2]
U_g, W_g, b_g  a gate's input weights, recurrent weights and bias [letters U W b] [in ARCH.2]
V  the weights that read the state [in ARCH.2]
W_Q, W_K, W_V, W_O  the weights of queries, keys, values and outputs of a head [letters W Q K V O]
    [in ARCH.3 ARCH.4 ROPE GQA ATT.1]
h  a head [in ARCH.3]
b_Q, b_K, b_V  the biases of queries, keys and values [letters b] [in ARCH.4 ROPE]
b_K  the bias of the keys [letters b K] [in ARCH.5]
q_t, k_s  the query at position t and the key at position s [letters q k t s] [in ARCH.5 ROPE.1]
c, c_t  any vector, and any number for each position [letters c] [in ARCH.5]
u_{ts}  the score of position s at position t [letters u] [in ARCH.5]
E  the embeddings, a row a word or a position [in ARCH.6]
W_{\text{in}}  the weights that read the stream [letters W] [in ARCH.6]
W_{\text{out}}, b_{\text{out}}  the weights and biases that write to it [letters b] [in ARCH.6]
\gamma, \beta  the scale and the shift of a norm [in ARCH.6 LN.2]
x, y  tokens and targets, as words [in ARCH.7]
w  a word [in ARCH.7]
j  a frequency [in ROPE.1]
\bar a  the complex conjugate of a [letters \bar] [in ROPE.1]
\mathrm{Re}  the real part of a complex number
f_{\mathrm{interleaved}}, f_{\mathrm{half}}  f with the two columns of a frequency side by side, and with all real parts
    before all imaginary ones [letters interleaved half] [in ROPE.2]
W_Q', W_K'  the weights after a step of training [letters '] [in ROPE.2]
g, h  a group, and a query head of it [in GQA.1]
b_V, b_O  the biases of values and outputs [letters b] [in ATT.1]
s, t, v_s  two positions, and the value at position s without its bias [letters s t v] [in ATT.1]
W, b  the weights and the bias of what writes to the stream [in LN.1]
s, c  a row of the stream, and any number [in LN.1]
W, b  the weights and the biases of the layer before the norm [in BN.1]
\mathrm{BN}  the norm with its mean, variance, scale and shift [in BN.1]
\mu, v, \gamma, \beta  the norm's running mean and variance, its scale and its shift [letters \mu v \gamma \beta] [in BN.1]
G, U, D  the weights of gate, up and down [in GLU.1]
g, u, d  their biases [letters g u] [in GLU.1]
R  the weights of the router, a column an expert [in MOE.1]
\pi  an order of the experts [in MOE.1]
e, e', E_e  two experts, and what expert e computes [letters e ' E] [in MOE.1]
\mathrm{top}  the experts that an example is sent to [letters top] [in MOE.1]
B, A  the factors of an adapter [in LORA.1]
B, A, B', A'  the factors of an adapter, and those of another [letters B A '] [in LORA.2]
f, F  an operation on k numbers, and the same on balls [letters f F k] [in METH.1 METH.6]
x_i, X_i  numbers, and balls around them [letters x X i] [in METH.1 METH.6]
q, d  a polynomial, and its degree [in METH.2]
\mathrm{P}_x  the share of all x [letters P] [in METH.2]
\varphi^{(k)}  the k-th derivative of an activation [in METH.3]
r, a  the relative and the absolute error that are stated of it [in METH.3]
\mathrm{left}, \mathrm{right}  the two sides of a law, at the units 1 to n [letters left right n] [in METH.4]
\theta \oplus u_{n+1}  θ with a unit u_{n+1} added, whose outgoing weights are v_{n+1} [letters \oplus u v] [in METH.4]
|x|  the size of a number drawn [letters x] [in METH.5]
\mathrm{P}  the probability [letters P] [in METH.12 METH.13 METH.17]
\tfrac{a}{b}, \tfrac{c}{d}  the two sides of an identity, fractions of polynomials in what is drawn and answered
    [letters a b c d] [in METH.12]
\mathrm{deg}  the degree of a polynomial, of a fraction's numerator [letters deg] [in METH.12]
a', y'  other outputs and targets [letters '] [in METH.15]
\delta_k, L  a loss of one example, and its derivative in output k [letters \delta L j k] [in METH.15]
c(X), r(X)  the center and the radius of a ball X [letters c r] [in METH.6]
r(G(z))  the radius of a ball [letters r] [in METH.9]
c_i, r_i  the center and the radius of a ball on the left, and with a mark on the right [letters c r i '] [in METH.11]
\partial X_i  the ends of a ball: its members that are furthest from its center [letters \partial] [in METH.6]
\varepsilon  what the numbers of duals have beside a value: its square is 0 [in METH.8]
x, v  a point, and a direction [letters x v] [in METH.8]
\theta^{\leq l}, \theta^{> l}  the weights and biases of the layers up to l, and of those behind it [letters l] [in METH.10]

# Shapes, training and cases, of the method itself.
W^l, b^l, x, L  the weights and biases of layer l, the inputs, and the loss of a batch [letters W b l x L] [in METH.18]
z^l, a^l  the preactivations and the activations of layer l [letters z a] [in METH.18]
W^l, b^l  the weights and biases of layer l [letters W b l] [in METH.19]
A_l, B_l  two matrices for hidden layer l, which define an action, and the number 1 at the inputs and outputs [letters A B]
    [in METH.19]
\theta_t, g_t  the parameters before step t, and the gradient there [letters \theta g t s] [in METH.20]
\eta, \beta, \lambda  the step size, the momentum and the weight decay [letters \eta \beta \lambda] [in METH.20]
m_t, \psi, u, c_t  the state after step t, any functions, and a factor that clips [letters m \psi u c] [in METH.20]
\theta_t, g_t, m_t  the parameters, the gradient and the optimiser's state before step t [letters \theta g m t] [in METH.22]
\eta, u, \psi  the step size, and what the recursion says of the move and of the state [letters \eta u \psi] [in METH.22]
g  the gradient of all parameters together [in METH.21]
\mathrm{P}  the probability [letters P] [in METH.23 METH.24]
e, m  what is drawn for a layer, and how many there are of them [letters e m] [in METH.23]
\sigma  one unit, pair, order or row of signs [letters \sigma] [in METH.23]
x, t  a weight, bias, input or target, and any number [in METH.24]
N  the share of normal numbers that are smaller [in METH.24]
k  an exponent of the scale 2^k [letters k] [in METH.24]
u, V  a vector for every hidden space, and a direction in the space of parameters [letters u V] [in METH.25]
H, P  what reflects a network, and what projects it onto those that H leaves as they are [letters H P] [in METH.25]
"""

define(GLOSSARY, GROUPS)
