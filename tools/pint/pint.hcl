# What pint is to know of alerts/rules; it is called with --offline.

# It rings by intention.
rule {
  match {
    kind = "alerting"
    name = "Watchdog"
  }
  disable = ["alerts/comparison"]
}

rule {
  match {
    kind = "alerting"
  }
  label "severity" {
    value    = "critical|warning|info|none"
    required = true
    severity = "bug"
  }
  annotation "summary" {
    required = true
    severity = "bug"
  }
}
