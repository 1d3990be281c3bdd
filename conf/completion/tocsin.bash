# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Completes tocsin in bash. It asks the program itself for commands and options, and thus knows all that it knows.

# Prints what --list-options of the command "$2" has of the kind "$3": the field "$4" of each line.
_tocsin_list() {
	local program=$1 command=$2 kind=$3 field=$4

	"$program" ${command:+"$command"} --list-options 2>/dev/null |
		awk -F '\t' -v kind="$kind" -v field="$field" '$1 == kind && $field != "" { print $field }'
}

# Prints the value that the option "$3" of the command "$2" takes; nothing if it takes none.
_tocsin_value() {
	local program=$1 command=$2 option=$3

	"$program" "$command" --list-options 2>/dev/null |
		awk -F '\t' -v option="$option" '$1 == "option" && (option == "--" $2 || option == "-" $3) { print $4; exit }'
}

# Completes "$2", which stands for the value "$1".
_tocsin_complete_value() {
	case $1 in
	FILE)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -f -- "$2")
		;;
	DIR)
		compopt -o filenames
		mapfile -t COMPREPLY < <(compgen -d -- "$2")
		;;
	*'|'*) mapfile -t COMPREPLY < <(compgen -W "${1//|/ }" -- "$2") ;;
	esac
}

# Prints the ids that the daemon knows, if there is one that may be asked.
_tocsin_ids() {
	local program=$1 command=$2

	case $command in
	mute) "$program" mute list --ids ;;
	*) "$program" queue list --all --limit 500 --ids ;;
	esac 2>/dev/null
}

_tocsin_complete_rest() {
	local program=$1 command=$2 current=$3 position=$4 options words

	if [[ $current == -* ]]; then
		options=$(_tocsin_list "$program" "$command" option 2 | sed 's/^/--/')
		options+=" $(_tocsin_list "$program" "$command" option 3 | sed 's/^/-/')"
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
		return
	fi
	words=$(_tocsin_list "$program" "$command" word 2)
	if [[ -n $words && $position -eq 2 ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
	elif [[ $(_tocsin_list "$program" "$command" value 2) == *FILE* ]]; then
		_tocsin_complete_value FILE "$current"
	elif [[ $(_tocsin_list "$program" "$command" value 2) == ID* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_tocsin_ids "$program" "$command")" -- "$current")
	fi
}

_tocsin() {
	local program=${1/#\~/$HOME} current=$2 previous=$3 command=${COMP_WORDS[1]} value

	COMPREPLY=()
	if [[ $COMP_CWORD -eq 1 ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$(_tocsin_list "$program" '' command 2) --help --version" -- "$current")
		return
	fi
	# bash makes three words of --option=value.
	if [[ $current == = ]]; then
		current=
	elif [[ $previous == = ]]; then
		previous=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	if [[ $previous == -* ]]; then
		value=$(_tocsin_value "$program" "$command" "$previous")
		if [[ -n $value ]]; then
			_tocsin_complete_value "$value" "$current"
			return
		fi
	fi
	_tocsin_complete_rest "$program" "$command" "$current" "$COMP_CWORD"
}

complete -F _tocsin tocsin
