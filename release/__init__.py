"""What a release is made with, from the lock file; none of it is installed with Maplewire.

`bill_of_materials` lists what a release installs, `vulnerabilities` asks what is known against that.
"""
