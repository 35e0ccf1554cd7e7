complete --keep-order --exclusive --command tempoctl --arguments "(TEMPOCTL_COMPLETE=fish tempoctl -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
