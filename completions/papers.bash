# Tab completion of papers, made from its table of commands: python -m papercli.scripts
#
# Commands and options are known here; for days, ids and values the program is asked. What it says is data: it is
# checked to be plain, and never evaluated.

_papers() {
    local IFS=$' \t\n' LC_ALL=C
    local program=papers command='' dashes='' offered='' before='' word='' last part value i
    local -a words
    words=()
    COMPREPLY=()
    [[ ${1##*/} == papercli ]] && program=papercli

    # Readline cuts words at = and : too; here they are put together again.
    for ((i = 1; i <= COMP_CWORD; i++)); do
        part=${COMP_WORDS[i]}
        if ((${#words[@]})) && [[ $part == [=:]* || ${words[${#words[@]}-1]} == *[=:] ]]; then
            words[${#words[@]}-1]+=$part
        else
            words+=("$part")
        fi
    done
    word=${words[${#words[@]}-1]}
    last=${COMP_WORDS[COMP_CWORD]}
    [[ $last == [=:]* ]] && last=''

    for ((i = 0; i < ${#words[@]} - 1; i++)); do
        before=${words[i]}
        [[ $before == -- ]] && dashes=yes
        [[ -z $command && $before != -* ]] && command=$before
    done

    if ((${#words[@]} == 1)) && [[ $word != -* ]]; then
        offered='today day week month trending new digest updates search list show open read pdf cite related trends star unstar later unlater hide unhide mark tag note undo follow mute sync import library config cache doctor schema completion help'
    elif [[ -z $dashes && $before != -* && $word == -* && $word != *=* ]]; then
        case $command in
            today) offered='-k --keyword --min-upvotes --min-comments --min-stars --author --org --submitter --category --tag --has --since --until --unread --starred --later --hidden --muted --all --source --announce --sort --reverse -n --limit -o --output --json --jsonl --fields --jq --template --obsidian --feed-url -0 --null --abstract --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            day) offered='-k --keyword --min-upvotes --min-comments --min-stars --author --org --submitter --category --tag --has --since --until --unread --starred --later --hidden --muted --all --source --announce --sort --reverse -n --limit -o --output --json --jsonl --fields --jq --template --obsidian --feed-url -0 --null --abstract --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            week) offered='-k --keyword --min-upvotes --min-comments --min-stars --author --org --submitter --category --tag --has --since --until --unread --starred --later --hidden --muted --all --source --announce --sort --reverse -n --limit -o --output --json --jsonl --fields --jq --template --obsidian --feed-url -0 --null --abstract --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            month) offered='-k --keyword --min-upvotes --min-comments --min-stars --author --org --submitter --category --tag --has --since --until --unread --starred --later --hidden --muted --all --source --announce --sort --reverse -n --limit -o --output --json --jsonl --fields --jq --template --obsidian --feed-url -0 --null --abstract --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            trending) offered='-k --keyword --min-upvotes --min-comments --min-stars --author --org --submitter --category --tag --has --since --until --unread --starred --later --hidden --muted --all --source --announce --sort --reverse -n --limit -o --output --json --jsonl --fields --jq --template --obsidian --feed-url -0 --null --abstract --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            new) offered='-k --keyword --min-upvotes --min-comments --min-stars --author --org --submitter --category --tag --has --since --until --unread --starred --later --hidden --muted --all --source --announce --sort --reverse -n --limit -o --output --json --jsonl --fields --jq --template --obsidian --feed-url -0 --null --abstract --peek --follow --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            digest) offered='-k --keyword --min-upvotes --min-comments --min-stars --author --org --submitter --category --tag --has --since --until --unread --starred --later --hidden --muted --all --source --announce --sort --reverse -n --limit -o --output --json --jsonl --fields --jq --template --obsidian --feed-url -0 --null --abstract --follow --mail --send --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            updates) offered='-k --keyword --min-upvotes --min-comments --min-stars --author --org --submitter --category --tag --has --since --until --unread --starred --later --hidden --muted --all --source --announce --sort --reverse -n --limit -o --output --json --jsonl --fields --jq --template --obsidian --feed-url -0 --null --abstract --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            search) offered='-k --keyword --min-upvotes --min-comments --min-stars --author --org --submitter --category --tag --has --since --until --unread --starred --later --hidden --muted --all --source --announce --sort --reverse -n --limit -o --output --json --jsonl --fields --jq --template --obsidian --feed-url -0 --null --abstract --local --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            list) offered='-k --keyword --min-upvotes --min-comments --min-stars --author --org --submitter --category --tag --has --since --until --unread --starred --later --hidden --muted --all --source --announce --sort --reverse -n --limit -o --output --json --jsonl --fields --jq --template --obsidian --feed-url -0 --null --abstract --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            show) offered='-o --output --json --jsonl --fields --jq --template --obsidian --feed-url -0 --null --abstract --provenance --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            open) offered='--hf --abs --pdf --code --project --print -y --yes --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            read) offered='--toc --section --raw --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            pdf) offered='-d --dir -0 --null --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            cite) offered='--style --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            related) offered='-k --keyword --min-upvotes --min-comments --min-stars --author --org --submitter --category --tag --has --since --until --unread --starred --later --hidden --muted --all --source --announce --sort --reverse -n --limit -o --output --json --jsonl --fields --jq --template --obsidian --feed-url -0 --null --abstract --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            trends) offered='--by --since --until --json --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            star) offered='--demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            unstar) offered='--demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            later) offered='--demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            unlater) offered='--demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            hide) offered='--demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            unhide) offered='--demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            mark) offered='--read --unread --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            tag) offered='--add --remove --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            note) offered='-m --message --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            undo) offered='--list --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            follow) offered='--json --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            mute) offered='--json --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            sync) offered='--since --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            import) offered='--category -k --keyword --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            library) offered='--demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            config) offered='--demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            cache) offered='-y --yes --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            doctor) offered='--fix --json --demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            schema) offered='--demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            completion) offered='--demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help' ;;
            *) offered='--demo --offline --refresh --color --no-pager --plain -q --quiet -v --verbose -h --help -V --version' ;;
        esac
    fi
    for value in $offered; do
        [[ $value == "$word"* ]] && COMPREPLY+=("$value")
    done
    [[ -n $offered ]] && return

    while IFS=$'\t' read -r value _; do
        case $value in
            :files) compopt -o default 2>/dev/null ;;
            :folders) compopt -o dirnames 2>/dev/null ;;
            '' | *[!A-Za-z0-9._/=,-]*) ;;
            # Readline replaces only what stands behind the last = or :.
            "$word"*) COMPREPLY+=("${value#"${word%"$last"}"}") ;;
        esac
    done < <("$program" _complete bash -- "${words[@]}" 2>/dev/null)
}

complete -o nosort -F _papers papers papercli 2>/dev/null || complete -F _papers papers papercli
