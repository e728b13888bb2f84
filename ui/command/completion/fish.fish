# fish completion for PROGRAM

function __FUNCTION_complete
    set -l words (commandline -opc)
    set -l token (commandline -ct)
    # The token is as typed: with quotes, of which one may be open.
    set -l word (string unescape -- $token 2>/dev/null)
    or set word (string replace -r '^[\'"]' '' -- $token)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    type -q -- $program
    or set program PROGRAM
    set -l answer ($program COMPLETE $words[2..-1] "$word" 2>/dev/null)
    set -l directive (string match -r '^:([0-9]+)$' -- $answer[-1])[2]
    test -n "$directive"; and test (math "$directive % 2") -eq 0
    or return
    # The value after --flag= is completed without the flag.
    set -l flag (string match -r '^-[^=]*=' -- $word)
    set -l count 0
    for line in $answer[1..-2]
        string match -q -- '_activeHelp_*' $line
        and continue
        set count (math $count + 1)
        printf '%s%s\n' "$flag" $line
    end
    if test $count -eq 0; and test (math "floor($directive / 4) % 2") -eq 0
        __fish_complete_path $word
    end
end

complete -c PROGRAM -e
complete -c PROGRAM -f -a '(__FUNCTION_complete)'
