# bash completion for PROGRAM
#
# It reads the line itself. COMP_WORDS are split at ":" and "=", which targets contain, and
# an open quote would end in an error there. It needs nothing but bash 3.2.

__FUNCTION_complete() {
    local line=${COMP_LINE:0:COMP_POINT} tab=$'\t'
    local word='' quote='' started='' char i
    local -a words
    words=()
    # kept is how many characters of the word readline leaves as they are: it completes only
    # what follows the last word break, or an open quote.
    local kept=0
    for ((i = 0; i < ${#line}; i++)); do
        char=${line:i:1}
        if [[ $quote ]]; then
            if [[ $char == "$quote" ]]; then
                quote='' kept=${#word}
            elif [[ $quote == '"' && $char == \\ && ${line:i+1:1} == [\"\\\$\`] ]]; then
                i=$((i + 1))
                word+=${line:i:1}
            else
                word+=$char
            fi
            continue
        fi
        case $char in
        ' ' | "$tab" | $'\n')
            [[ $started ]] && words+=("$word")
            word='' started='' kept=0
            continue
            ;;
        "'" | '"')
            quote=$char kept=${#word}
            ;;
        \\)
            i=$((i + 1))
            word+=${line:i:1}
            ;;
        *)
            word+=$char
            [[ $COMP_WORDBREAKS == *"$char"* ]] && kept=${#word}
            ;;
        esac
        started=1
    done

    local program=${words[0]/#\~\//$HOME/}
    case $(type -t -- "$program") in
    file | function) ;;
    *) program=PROGRAM ;; # an alias
    esac
    local answer directive
    answer=$("$program" COMPLETE "${words[@]:1}" "$word" 2>/dev/null)
    directive=${answer##*:}
    [[ $directive =~ ^[0-9]+$ ]] || return
    answer=${answer%:*}
    ((directive & 1)) && return

    # In a list (63 is ?), entries need no address before them.
    local head=${word%"${word##*[?&=]}"}
    [[ $COMP_TYPE == 63 ]] && ((${#head} > kept)) && kept=${#head}
    # The value after --flag= is completed without the flag.
    local flag=''
    [[ $word == -*=* ]] && flag=${word%%=*}=
    local entry text about longest=0
    local -a abouts
    abouts=()
    COMPREPLY=()
    while IFS= read -r entry; do
        text=$flag${entry%%"$tab"*}
        [[ $entry && $entry != _activeHelp_* && $text == "$word"* ]] || continue
        about=''
        [[ $entry == *"$tab"* ]] && about=${entry#*"$tab"}
        text=${text:kept}
        [[ $text && ! $quote ]] && printf -v text %q "$text"
        COMPREPLY+=("$text")
        abouts+=("$about")
        ((${#text} > longest)) && longest=${#text}
    done <<<"$answer"
    # Descriptions are for lists only: 63 (?), 33 (!) and 64 (@).
    if ((${#COMPREPLY[@]} > 1)) && [[ $COMP_TYPE == 63 || $COMP_TYPE == 33 || $COMP_TYPE == 64 ]]; then
        for i in "${!COMPREPLY[@]}"; do
            [[ ${abouts[i]} ]] && printf -v 'COMPREPLY[i]' "%-${longest}s  (%s)" "${COMPREPLY[i]}" "${abouts[i]}"
        done
    fi

    [[ $(type -t compopt) == builtin ]] || return 0
    ((directive & 2)) && compopt -o nospace
    ((directive & 4)) && compopt +o default
    ((directive & 32)) && compopt -o nosort 2>/dev/null
    return 0
}

complete -o default -F __FUNCTION_complete PROGRAM
