#!/usr/bin/env python3
# Draws the ridge's temperature; kept beside the data by habit.
import csv

with open('../logger/ridge_air_20240601.csv') as f:
    for row in csv.DictReader(f):
        print(row['time'], row['air_temperature'])
