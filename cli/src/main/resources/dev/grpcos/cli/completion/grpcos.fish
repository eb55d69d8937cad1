# Completion of grpcos for fish, as 'grpcos completion fish' prints it.
function __grpcos_complete
    set -l before (commandline -opc)
    set -l word (commandline -ct)
    for line in ($before[1] __complete fish '' -- $before[2..-1] "$word" 2>/dev/null)
        set -l parts (string split \t -- $line)
        switch $parts[1]
            case ':files' ':folders'
                set -l start (math 1 + (string length -- "$parts[2]"))
                set -l path (string sub --start $start -- "$word")
                if test $parts[1] = :files
                    __fish_complete_path "$path"
                else
                    __fish_complete_directories "$path" ''
                end | while read -l file
                    printf '%s%s\n' "$parts[2]" $file
                end
            case '*'
                printf '%s\n' $line
        end
    end
end
complete -c grpcos -f -a '(__grpcos_complete)'
