"""The engine: a guideline and a patient's facts in, a trace out.

It knows no disease, prints nothing and asks no clock.
"""
