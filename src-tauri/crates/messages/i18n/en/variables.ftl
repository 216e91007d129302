# Why a variable needs a look before programs receive it (mark-CODE), as the end of a sentence
# that starts with its name, and that sentence.

mark-refused = changes how programs load code
mark-command = can name a program that others start
mark-options = can hold options that make programs start others
mark-code = can name a place that programs load code from
mark-settings = can name settings that make programs start others
mark-record = can name a file to which programs write secrets
marked-variable = { $variable } { $mark }
