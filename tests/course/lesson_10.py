"""Lesson 10, a real network: where its numbers stand, and what learners write into its blanks."""

from . import Exercise

# In the sweep: the training loss and test accuracy at a rate, None if the rate was to be the best and is not.
ROW = "RULES.index('{0}')"
AT = f"[one[{ROW}, np.isclose(rates, {{1}}, rtol=1e-4)].item() for one in (swept, tested)]"
BEST = f"[final[{ROW}], hits[{ROW}]] if np.isclose(rates[best[{ROW}]], {{1}}, rtol=1e-4) else None"
MEASURED = {
    "10.02": "floors[0.5]",
    "10.03": "floors[0.1]",
    "10.04": "floors[0.05]",
    "10.05": "[*noise.values(), *(value * size * 1436 / (1437 - size) for size, value in noise.items())]",
    "10.06": AT.format("sgd", 0.01),
    "10.07": AT.format("adam", 0.01),
    "10.08": BEST.format("sgd", 1.0),
    "10.09": BEST.format("momentum", 0.1),
    "10.10": BEST.format("nesterov_shifted", 0.3162278),
    "10.11": BEST.format("adagrad", 0.1),
    "10.12": BEST.format("rmsprop", 0.01),
    "10.13": BEST.format("adam", 0.0316228),
    "10.14": BEST.format("adamax", 0.1),
    "10.15": "hidden_bug",
    "10.16": "line",
    "10.17": "random_cos",
    "10.18": "kept[:2]",
}
FINGERPRINTS = {"10.01": "update"}
PROBED = {
    "update": "three_updates(MyMomentum)",
}

THREE = """
def three_updates(kind):
    params, optimizer = {"W": np.array([1.0]), "b": np.array([-2.0])}, kind(lr=0.1, momentum=0.9)
    for _ in range(3):
        optimizer.update(params, {"W": np.array([0.5]), "b": np.array([3.0])})
    return [params["W"][0], params["b"][0]]
"""
CLASS = """\
class MyMomentum:
    def __init__(self, lr=0.1, momentum=0.9):
        self.lr, self.momentum = lr, momentum
        self.v = None

    def update(self, params, grads):
        if self.v is None:
            self.v = {key: np.zeros_like(one) for key, one in params.items()}
        for key in params:
            self.v[key] = self.momentum * self.v[key] - self.lr * grads[key]
            params[key] += self.v[key]
"""
PLAIN = """\
class MyMomentum:
    def __init__(self, lr=0.1, momentum=0.9):
        self.lr, self.momentum = lr, momentum
        self.v = None

    def update(self, params, grads):
        ...
        for key in params:
            params[key] -= self.lr * grads[key]
"""
ONE_VELOCITY = """\
class MyMomentum:
    def __init__(self, lr=0.1, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, 0.0

    def update(self, params, grads):
        for key in params:
            self.v = self.momentum * self.v - self.lr * grads[key]
            params[key] += self.v
"""
GRADIENTS = """\
def repaired_gradients(nets, X, Y):
    hidden, logs = outputs(nets, X)
    error = {}
    back = error @ nets["W2"].mT * (1 - hidden**2)
    return {{
        "W1": X.mT @ back, "b1": back.sum(-2, keepdims=True),
        "W2": hidden.mT @ error, "b2": error.sum(-2, keepdims=True),
    }}
"""


def repaired(error="(np.exp(logs) - Y) / X.shape[-2]"):
    return GRADIENTS.format(error)


EXERCISES = {
    "repair": Exercise("repaired", "repaired_gradients", repaired(), {
        "+ still summed": (repaired("np.exp(logs) - Y"), "still summed over the batch"),
        "+ 32 for all": (repaired("(np.exp(logs) - Y) / 32"), "You divide by 32 whatever the size"),
        "+ outputs too": (repaired("(np.exp(logs) - Y) / X.shape[-2] / 10"), "You divide by the ten outputs too"),
        "+ twice": (repaired("(np.exp(logs) - Y) / X.shape[-2] ** 2"), "Divided twice"),
        "+ sign": (repaired("(Y - np.exp(logs)) / X.shape[-2]"), "The sign: this is Y minus"),
        "+ sign and sum": (repaired("Y - np.exp(logs)"), "and it is still a sum over the batch"),
        "+ another factor": (repaired("(np.exp(logs) - Y) / 7"), "All gradients are 0.7143 times"),
        "+ in one array only": (
            repaired("np.exp(logs) - Y").replace("X.mT @ back", "X.mT @ back / X.shape[-2]"),
            "Not right: the gradient of b1, W2 and b2; right: that of W1.",
        ),
        "+ all uneven": (repaired("(np.exp(logs) - 2 * Y) / X.shape[-2]"), "the gradient of W1, b1, W2 and b2. All"),
        "+ without brackets": (repaired("np.exp(logs) - Y / X.shape[-2]"), "brackets around the difference"),
        "+ the nets": (repaired("(np.exp(logs) - Y) / len(X)"), "You divide by the number of nets"),
        "+ the pixels": (repaired("(np.exp(logs) - Y) / X.shape[-1]"), "You divide by the 64 pixels"),
        "+ all pictures": (repaired("(np.exp(logs) - Y) / 1437"), "the number of all pictures"),
        "+ nothing returned": (repaired().replace("return {", "found = {"), "Your function returns nothing"),
        "+ by name only": (repaired().replace("X, Y)", "*, X, Y)", 1), "leave the line with `def` as it was"),
        "+ words": (repaired().replace("X.mT @ back", '"X"'), "as the gradient of W1; it returned 'X'"),
        "+ a key": (repaired().replace('"b1"', '"b"'), "lacks 'b1'"),
        "+ a shape": (
            repaired().replace("back.sum(-2, keepdims=True)", "back.sum(-2)"),
            "the shape (2, 1, 32) as the gradient of b1; it returned numbers of the shape (2, 32)",
        ),
        "+ a transposed one": (
            repaired().replace("X.mT @ back,", "(X.mT @ back).mT,"), "it returned numbers of the shape (2, 32, 64)",
        ),
        "+ an error": (repaired("mistake"), "raised NameError"),
        "+ called": ("repaired_gradients = {}", "Hand over the function itself"),
    }),
    "update": Exercise("momentum-class", "MyMomentum", CLASS + THREE, {
        "one velocity for all parameters": (ONE_VELOCITY + THREE, "One velocity is shared by all arrays"),
        "only the first parameter updated": (
            CLASS + "            return\n" + THREE, "Only the first array is updated",
        ),
        "the first gradient used for all": (
            CLASS.replace("grads[key]", "next(iter(grads.values()))") + THREE,
            "The gradient of the first array is used",
        ),
        "state created anew in every call": (
            CLASS.replace("if self.v is None", "if True") + THREE, "The velocity begins anew in every call",
        ),
        "gradient summed over a batch of 32": (
            CLASS.replace("* grads[key]", "* 32 * grads[key]") + THREE, "The gradient is multiplied by 32",
        ),
        "+ uphill": (CLASS.replace("- self.lr", "+ self.lr"), "You walk uphill"),
        "+ averaged": (CLASS.replace("self.lr * grads", "self.lr * (1 - self.momentum) * grads"), "Ten times slower"),
        "+ nothing changes": (CLASS.replace("params[key] +=", "new ="), "The arrays of params do not change"),
        "+ new arrays": (
            CLASS.replace("params[key] += self.v[key]", "params[key] = params[key] + self.v[key]"), "in place",
        ),
        "+ the old velocity": (
            CLASS.replace("self.v[key] = ", "new = ").replace("params[key] += self.v[key]", "params[key] += self.v[key]"
            "\n            self.v[key] = new"), "Each array is moved by its old velocity",
        ),
        "+ Nesterov": (
            CLASS.replace("+= self.v[key]", "+= self.momentum * self.v[key] - self.lr * grads[key]"),
            "That is Nesterov's momentum",
        ),
        "+ a blank": (PLAIN, "A blank is still open: `...`"),
        "+ other settings": (CLASS.replace("momentum=0.9", "mu=0.9").replace("lr, momentum\n", "lr, mu\n"),
                             "It must be made by MyMomentum(lr=0.1, momentum=0.9)"),
        "+ by name only": (CLASS.replace("self, params", "self, *, params"), "leave the line with `def update` as it"),
        "+ no update": ("class MyMomentum:\n    pass", "needs a method update"),
        "+ an object": ("MyMomentum = 3", "Hand over the class itself"),
        "+ an error": (CLASS.replace("zeros_like", "zero_like"), "raised AttributeError"),
        "+ something else": (CLASS.replace("self.lr *", "2 * self.lr *"), "This is none of the mistakes"),
    }),
}  # fmt: skip
