# What zsh offers for a line: zsh zsh-offered.zsh SCRIPT LINE. zsh completes only in a line editor, so one is run.
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=; unset zle_bracketed_paste; autoload -U compinit && compinit -u -D; LISTMAX=10000'
zpty -w shell "zstyle ':completion:*' insert-tab false; source ${(q)1}"
# What would be added to the line is told.
zpty -w shell 'compadd() { local -a hits; builtin compadd -O hits "$@"; print -l -- "" "offer:"$^hits; builtin compadd "$@" }'
zpty -w shell 'tell() { zle complete-word; print -l -- "" done: }; zle -N tell; bindkey "^I" tell'
# The editor takes what is typed once it has begun a line, and forgets what was typed before.
zpty -w shell 'zle-line-init() { print -l -- "" ready: }; zle -N zle-line-init'
while zpty -r shell line; do [[ $line == ready:* ]] && break; done
zpty -w -n shell "$2"$'\t'
while zpty -r shell line; do
  [[ $line == offer:?* ]] && print -r -- "${${line#offer:}%%$'\r'*}"
  [[ $line == done:* ]] && break
done
zpty -d shell
