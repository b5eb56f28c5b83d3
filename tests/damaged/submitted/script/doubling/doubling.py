def double(x):
    return 2 * x


def quadruple(x):
    return double(double(x))
