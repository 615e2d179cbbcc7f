# Completion of edge and edge-bench for bash: the program itself says what may come next, so this never falls behind.
_edge() {
    local word="${COMP_WORDS[COMP_CWORD]}" offered
    offered="$("${COMP_WORDS[0]}" "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null | grep -v '^[-/]\(?\|h\)$\|^/?$')"
    mapfile -t COMPREPLY < <(compgen -W "$offered" -- "$word")
}
complete -o bashdefault -o default -F _edge edge edge-bench
