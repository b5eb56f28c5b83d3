"""Exceptions that beginners meet with tensors, in words: known in every course, whatever the question.

A pattern is looked for in an exception's kind and message, in which numbers are `#`, as PyTorch 2 and Python 3.11 to
3.14 word them.
"""

import re
from collections.abc import Sequence
from typing import Final

from autograder.judging.behaviour import Features
from autograder.results.result import Misconception

_KNOWN: Final[Sequence[tuple[str, str, str, str]]] = (
    (
        "inner_sizes_differ", r"mat1 and mat2 shapes cannot be multiplied|size mismatch, got|inconsistent tensor size",
        "The inner sizes of a matrix product differ",
        "A product of shapes (n, k) and (k, m) needs the same k twice. Write down both shapes at the line that raised: "
        "either the order is another one, or one of them has to be transposed or flattened first.",
    ),
    (
        "shapes_do_not_broadcast", r"must match the size of tensor|could not be broadcast|shape mismatch: value tensor",
        "Two shapes do not broadcast",
        "Elementwise operations compare shapes from the last axis on: sizes must be equal, or one of them 1. Write "
        "down both shapes at the line that raised.",
    ),
    (
        "gradient_is_none", r"'NoneType' and 'float'|'float' and 'NoneType'|'NoneType' and 'int'|'NoneType' object has "
        r"no attribute '(?:zero_|data|mul_|detach|clone|fill_)'|unsupported operand type\(s\) for .*NoneType",
        "A value that is None is computed with",
        "Often it is a gradient: `grad` is None until `backward()` has reached that tensor, and only leaf tensors that "
        "require gradients get one. Or a function ended without `return`.",
    ),
    (
        "leaf_changed_in_place", r"leaf Variable that requires grad is being used in an in-place operation|view of a "
        r"leaf Variable that requires grad",
        "A parameter is changed in place where autograd watches",
        "A leaf tensor that requires gradients may be changed in place only where no graph is recorded: what context "
        "says so?",
    ),
    (
        "graph_used_twice", r"backward through the graph a second time",
        "The graph is gone after its first backward",
        "`backward()` frees what it went through. A value that was computed once, before a loop, belongs to a graph "
        "that exists once: compute it anew for each step.",
    ),
    (
        "no_graph", r"does not require grad and does not have a grad_fn",
        "There is no graph to go back through",
        "The loss does not depend on any tensor that requires gradients, as far as autograd saw: was something "
        "detached, converted to a number, or computed under no_grad?",
    ),
    (
        "backward_of_many", r"grad can be implicitly created only for scalar outputs",
        "backward() on more than one number",
        "A gradient is of one number. Make one of the losses first: a sum or a mean, as the text asks.",
    ),
    (
        "numpy_of_a_graph", r"Can't call numpy\(\) on Tensor that requires grad",
        "NumPy cannot have a tensor that autograd follows",
        "Leave the graph first: `detach()`, or compute under no_grad.",
    ),
    (
        "many_values_as_one", r"Tensor with # elements cannot be converted to Scalar|only (?:one element|size-#|#-dim|"
        r"length-#).* can be converted|only integer tensors of a single element|truth value of an array",
        "Many values are taken for one",
        "A number was asked of a tensor that has several. Reduce it first (a sum, a mean, all, any), or index one.",
    ),
    (
        "truth_of_many", r"Boolean value of Tensor with (?:more than one value is ambiguous|no values)",
        "A tensor of many values stands as a condition",
        "`if`, `and` and `while` need one truth value. Which reduction do you mean: all, any, or a choice for each "
        "element?",
    ),
    (
        "index_beyond_the_end", r"IndexError: (?:index # is out of bounds|Dimension out of range|too many indices|list "
        r"index out of range|tuple index out of range|index out of range)",
        "An index beyond the end",
        "Positions and axes count from 0, so the last one is the size minus one. Print the shape just before the line "
        "that raised.",
    ),
    (
        "index_of_another_kind", r"tensors used as indices must be|only integers, slices|slice indices must be|"
        r"expected scalar type Long|gather\(\): Expected dtype int64|Expected tensor for argument #.*'indices'|"
        r"list indices must be integers|expected dtype .*int64 for .*index",
        "Indices must be whole numbers",
        "Labels and positions are int64; a float, or a tensor of floats, is no index even where its values are whole.",
    ),
    (
        "dtypes_differ", r"expected (?:m1 and m2|scalar type .* but found|both .* same dtype)|must have the same dtype|"
        r"result type .* can't be cast|mean\(\): could not infer output dtype|Input dtype must be either a floating|"
        r"\"\w+\" not implemented for '(?:Long|Int|Byte|Bool)'",
        "Numbers of two kinds",
        "Tensors of integers and of floats, or of float32 and float64, do not meet in every operation. Look at each "
        "dtype at the line that raised.",
    ),
    (
        "whole_numbers_watched", r"[Oo]nly Tensors of floating point .*can require gradients",
        "Whole numbers have no gradient",
        "A tensor made of ints holds integers, of which there are no small changes. Make it of floats before it is "
        "asked to require gradients.",
    ),
    (
        "view_of_scattered", r"view size is not compatible with input tensor's size and stride",
        "A view of values that do not lie in a row",
        "After a transpose or a slice the values are not contiguous, and `view` cannot show them in another shape; "
        "`reshape` copies where it must.",
    ),
    (
        "shape_of_another_size", r"shape '.*' is invalid for input of size #|cannot reshape (?:array|tensor)",
        "A new shape with another number of elements",
        "Reshaping keeps every element: the sizes multiplied must give the same count as before. -1 lets one of them "
        "be worked out.",
    ),
    (
        "called_what_is_no_function", r"TypeError: '\w+' object is not callable",
        "Something that is no function is called",
        "A name that was a function holds a value now, or two pieces stand side by side without an operator between "
        "them.",
    ),
    (
        "method_that_is_not_there", r"AttributeError: '\w+' object has no attribute",
        "A value of another kind than you think",
        "It has no such attribute. Print its type just before the line that raised: a list, a number, a tuple and a "
        "tensor have different methods.",
    ),
    (
        "name_unknown", r"NameError: name '…' is not defined|UnboundLocalError|cannot access local variable",
        "A name that has no value yet",
        "It is misspelt, defined in a cell that did not run, or set only in a branch that was not taken.",
    ),
    (
        "arguments_do_not_fit", r"TypeError: .*\b(?:missing # required|takes #|takes from #|got an unexpected keyword|"
        r"got multiple values)",
        "A call and its function do not agree on the arguments",
        "Compare the call in the line that raised with the signature, name by name; the signatures of the stubs stay "
        "as they are.",
    ),
    (
        "unpacks_another_number", r"ValueError: (?:not enough values to unpack|too many values to unpack)",
        "A value is taken apart into another number of parts",
        "There are more or fewer names on the left than parts on the right. Print what comes, and its length.",
    ),
    (
        "not_iterable", r"TypeError: (?:'\w+' object is not iterable|iteration over a #-d|cannot unpack non-iterable)",
        "A single value where a series is expected",
        "A loop or an unpacking needs something that hands out parts. Print its type just before the line that raised.",
    ),
    (
        "not_subscriptable", r"TypeError: '\w+' object is not subscriptable|invalid index of a #-dim tensor",
        "A single value is indexed",
        "A number, None or a function has no parts to index. Print its type just before the line that raised.",
    ),
    (
        "divides_by_zero", r"ZeroDivisionError",
        "Division by zero",
        "Which count or length can be 0 here: an empty list, an empty minibatch, a step of size 0?",
    ),
    (
        "recursion_without_end", r"RecursionError",
        "The function calls itself without end",
        "Does it call itself where it meant a library's function, or one of another name?",
    ),
    (
        "parameter_replaced", r"cannot assign '.*' as parameter",
        "A plain tensor in place of a parameter",
        "A module keeps its parameters: numbers are written into the one that is there, by a function that changes a "
        "tensor in place, while autograd does not watch.",
    ),
    (
        "pair_for_a_tensor", r"'torch\.return_types\.\w+'",
        "Two results are taken for one tensor",
        "Along an axis `max` and its kin give two things, the values and their places. Which of them is meant? Between "
        "two tensors, or a tensor and a number, other functions choose.",
    ),
    (
        "wants_a_tensor", r"must be (?:a )?Tensor, (?:but got|not) (?:list|tuple|range|int|float|bool|ndarray|numpy)",
        "A function wants a tensor and gets something else",
        "Lists, ranges and numbers are no tensors, even where indexing takes them. Make a tensor of them first.",
    ),
    (
        "stacks_different_sizes", r"stack expects each tensor to be equal size",
        "Parts of different sizes are stacked",
        "All parts need one shape. What is one part where it raised: an example, or all features beside all labels?",
    ),
    (
        "two_devices", r"Expected all tensors to be on the same device",
        "Tensors on two devices",
        "Everything that meets in one operation lies on one device: take it from the arguments, and do not name one.",
    ),
)  # fmt: skip
_PATTERNS: Final = tuple((re.compile(pattern), id, title, words) for id, pattern, title, words in _KNOWN)


def explained_exception(found: Features, question: str) -> Misconception | None:
    """Return the words for the exception that a check met, where it is one that is known."""
    if found["outcome"] != "error":
        return None
    raised = next((str(value) for name, value in found.items() if name.endswith(".raised")), "")
    for pattern, id, title, words in _PATTERNS:
        if pattern.search(raised):
            return Misconception(f"exception_{id}", question, title, words)
    return None
