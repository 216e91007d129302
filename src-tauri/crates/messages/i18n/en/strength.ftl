# How hard a master password is to guess: what makes it weak, what would help, and how long
# guessing takes ("Time to crack: ...").

strength-straight-row = straight rows of keys are easy to guess
strength-keyboard-pattern = short keyboard patterns are easy to guess
strength-repeat = repeats such as "aaa" are easy to guess
strength-repeated-part = repeats such as "abcabcabc" are hardly harder to guess than "abc"
strength-top-ten = this is one of the ten most common passwords
strength-top-hundred = this is one of the hundred most common passwords
strength-common = this is a very common password
strength-similar-to-common = this is similar to a common password
strength-sequence = sequences such as "abc" or "6543" are easy to guess
strength-recent-year = recent years are easy to guess
strength-single-word = a word by itself is easy to guess
strength-date = dates are often easy to guess
strength-single-name = a name by itself is easy to guess
strength-common-name = common names are easy to guess

strength-use-few-words = use a few words, but no common phrase
strength-no-symbols-needed = symbols, digits and capitals are not needed
strength-add-words = add another word or two; uncommon words are better
strength-capitals-help-little = capitals do not help much
strength-all-capitals-help-little = all capitals are almost as easy to guess as all small letters
strength-reversed-helps-little = reversed words are not much harder to guess
strength-substitution-helps-little = substitutions such as "@" for "a" do not help much
strength-longer-pattern = use a longer keyboard pattern with more turns
strength-avoid-repeats = avoid repeated words and characters
strength-avoid-sequences = avoid sequences
strength-avoid-recent-years = avoid recent years
strength-avoid-own-years = avoid years that have to do with you
strength-avoid-own-dates = avoid dates and years that have to do with you

strength-no-time = less than a second
strength-seconds = { $count ->
    [one] { $count } second
   *[other] { $count } seconds
}
strength-minutes = { $count ->
    [one] { $count } minute
   *[other] { $count } minutes
}
strength-hours = { $count ->
    [one] { $count } hour
   *[other] { $count } hours
}
strength-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
strength-months = { $count ->
    [one] { $count } month
   *[other] { $count } months
}
strength-years = { $count ->
    [one] { $count } year
   *[other] { $count } years
}
strength-centuries = centuries
