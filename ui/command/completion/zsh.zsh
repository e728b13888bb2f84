#compdef PROGRAM
compdef _FUNCTION PROGRAM

# zsh completion for PROGRAM

_FUNCTION() {
    emulate -L zsh
    local word=$PREFIX program=${(Q)words[1]} line text about tab=$'\t'
    [[ -n ${compstate[quote]} ]] || word=${(Q)PREFIX}
    program=${program/#\~\//$HOME/}
    (( $+commands[$program] )) || [[ -x $program ]] || program=PROGRAM # an alias

    local -a before=("${(@Q)words[2,CURRENT-1]}")
    local -a answer=("${(@f)$($program COMPLETE "${before[@]}" "$word" 2>/dev/null)}")
    local directive=${answer[-1]#:}
    [[ $directive == <-> ]] && (( ! (directive & 1) )) || return 1

    # The value after --flag= is completed without the flag.
    [[ $word == -*=* ]] && compset -P '-*='
    local -a texts shown order space
    for line in "${(@)answer[1,-2]}"; do
        text=${line%%$tab*} about=''
        [[ -n $text && $text != _activeHelp_* ]] || continue
        [[ $line == *$tab* ]] && about=${line#*$tab}
        texts+=("$text")
        shown+=("$text${about:+  -- $about}")
    done
    (( directive & 32 )) && order=(-V FUNCTION)
    (( directive & 2 )) && space=(-S '')
    if (( $#texts )); then
        [[ "${shown[*]}" == *'  -- '* ]] && space+=(-l)
        compadd "${order[@]}" "${space[@]}" -d shown -a texts
    elif (( ! (directive & 4) )); then
        _files
    fi
}

# It completes only when it is called for that, not when this file is sourced.
if [[ $funcstack[1] == _FUNCTION ]]; then
    _FUNCTION
fi
