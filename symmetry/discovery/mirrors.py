"""Results that mirror parameters, such as new batch statistics: they may move with the parameters that they will replace."""

from collections.abc import Mapping, Sequence

from symmetry.given import require_kind, require_texts


def mirrored(mirrors: Mapping[str, str], params: Sequence[str], results: Sequence[str]) -> dict[str, str]:
    """For each result that mirrors a parameter, the path of the parameter.

    Args:
        mirrors: a path among the results, and the path among the parameters that it mirrors: what lies below the one
            corresponds to what lies below the other. "" stands for everything.
        params: the paths of the parameters.
        results: the paths of the results.

    Raises:
        ValueError: nothing lies at a path, or a result below it has no parameter.
    """
    require_kind("mirrors", mirrors, Mapping, "{path of a result: path of the parameters that it mirrors}")
    require_texts("mirrors", [*mirrors, *mirrors.values()])
    found: dict[str, str] = {}
    for result_root, param_root in mirrors.items():
        below = [path for path in results if _is_below(path, result_root)]
        if not below:
            raise ValueError(
                f"mirrors: no result lies at {result_root!r}; the results are {_listed(results)}. "
                "Pass {path of a result: path of the parameters that it mirrors}."
            )
        for path in below:
            param = "/".join(filter(None, (param_root, path[len(result_root) :].strip("/"))))
            if param not in params:
                raise ValueError(
                    f"mirrors: the result {path!r} would mirror the parameter {param!r}, but there is none; "
                    f"the parameters are {_listed(params)}."
                )
            found[path] = param
    return found


def _is_below(path: str, root: str) -> bool:
    return root in ("", path) or path.startswith(root + "/")


def _listed(paths: Sequence[str]) -> str:
    return ", ".join(repr(path) for path in paths) or "none"
