The version is that of the workspace, on one line.

  $ kh --version
  kh *.*.* (glob)
