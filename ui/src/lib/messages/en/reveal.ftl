reveal-value = Value
reveal-waiting = Loading…
reveal-empty = The value is empty
reveal-left = { $seconds ->
    [one] Hidden in { $seconds } second
   *[other] Hidden in { $seconds } seconds
}
reveal-hide = Hide
